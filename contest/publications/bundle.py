"""The bundle of a publication: everything the independent verifier needs, and nothing of other events.

docs/bundle.md describes every file. The verifier shares no code with this module on purpose.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Sequence
from typing import Any

from contest.callroom.seating import Placed
from contest.core.marks import EntryInput
from contest.entries.layering import Lots
from contest.entries.models import Entry
from contest.ledger import chain, signing
from contest.ledger.models import Checkpoint, LedgerRow
from contest.ledger.services import TIMER
from contest.standings.services import Computation

FORMAT = 1
MAX_CLOCKED = 20
_ZIP_TIME = (2026, 1, 1, 0, 0, 0)  # the bundle of one publication has one digest, whenever it is packed


def inputs_document(computation: Computation) -> dict[str, Any]:
    """What scoring uses beside rules, marks, factors, vetoes and recusals: its digest stands in the publication row.

    Panels by stage; per entry what its registration brings (values of the tie chain, lot, own places).
    """
    return {
        "panels": {stage: list(panel) for stage, panel in computation.panels.items()},
        "entries": {item.code: registered(item) for item in computation.entry_inputs},
    }


def registered(item: EntryInput) -> dict[str, Any]:
    """What the registration of an entry brings; what only some rule sets use stands there only if it is given."""
    rare: dict[str, Any] = {
        "class": item.class_id,
        "absent": sorted([stage, period] for stage, period in item.absent),
        "late": sorted([stage, period, days] for (stage, period), days in item.late.items()),
        "wild_cards": dict(item.wild_cards),
        "categories": sorted(item.categories),
        "held": item.held,
        "disqualified": item.disqualified,
    }
    return {key: value for key, value in rare.items() if value} | {
        "measures": {name: format(value, "f") for name, value in item.measures.items()},
        "lot": item.draw,
        "expected": None if item.expected is None else sorted([s, a, r] for s, a, r in item.expected),
    }


def identities(entries: Sequence[Entry], lots: Lots) -> list[dict[str, Any]]:
    """The draw opened: code, entry id and salt answer the commitment; name and unit say who that is.

    Where the event was sealed in two layers, the lot number and its salt open the first layer in the same way.
    """
    return [
        {"code": e.code, "id": e.id, "salt": e.salt, "number": e.number, "name": e.name, "unit": e.unit}
        | ({"lot": lots[e.id][0], "lot_salt": lots[e.id][1]} if e.id in lots else {})
        for e in entries
        if e.code is not None
    ]


def seating(seats: Sequence[Placed]) -> list[dict[str, Any]]:
    """The seats as wall list and judges' lists show them: codes only."""
    return [
        {"stage": stage, "draw": draw, "code": seat.code, "position": seat.position, "heat": seat.heat,
         "station": seat.station}
        for stage, draw, seat in seats
    ]  # fmt: skip


def ledger_lines(rows: Sequence[LedgerRow], event_id: str) -> list[dict[str, Any]]:
    """The chain, row by row: this event's rows and the competition's own as they are, others as a digest."""
    lines = []
    for row in rows:
        event = chain.event_of(json.loads(row.body)["data"])
        line: dict[str, Any] = {"seq": row.seq, "event": event, "hash": row.hash}
        if event in ("", event_id):
            lines.append(line | {"body": row.body})
        else:
            lines.append(line | {"digest": hashlib.sha256(row.body.encode()).hexdigest()})
    return lines


def make_bundle(
    *,
    manifest: dict[str, Any],
    rules: str,
    inputs: str,
    entries: Sequence[Entry],
    lots: Lots,
    seats: Sequence[Placed],
    rows: Sequence[LedgerRow],
    checkpoints: Sequence[Checkpoint],
    snapshot: str,
) -> bytes:
    """The zip. `rules`, `inputs` and `snapshot` are texts whose digests the chain holds: packed byte for byte."""
    files = {
        "manifest.json": _json({"format": FORMAT, "public_key": signing.public_key()} | manifest),
        "rules.json": rules.encode(),
        "inputs.json": inputs.encode(),
        "entries.json": _json(identities(entries, lots)),
        "seats.json": _json(seating(seats)),
        "ledger.jsonl": b"".join(_json(line) + b"\n" for line in ledger_lines(rows, manifest["event"])),
        "checkpoints.json": _json([_checkpoint(item) for item in _telling(checkpoints)]),
        "snapshot.json": snapshot.encode(),
        "README.txt": _README.encode(),
    }
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            info = zipfile.ZipInfo(name, _ZIP_TIME)
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, content)
    return buffer.getvalue()


def _telling(checkpoints: Sequence[Checkpoint]) -> list[Checkpoint]:
    """Those of locks and publications, and the newest few of the clock: a year has thousands, and one covers all."""
    clocked = [item for item in checkpoints if item.reason == TIMER][-MAX_CLOCKED:]
    kept = {item.id for item in clocked}
    return [item for item in checkpoints if item.reason != TIMER or item.id in kept]


def _checkpoint(item: Checkpoint) -> dict[str, Any]:
    return {
        "size": item.size, "root": item.root, "at": item.at, "reason": item.reason, "key_id": item.key_id,
        "signature": item.signature,
    }  # fmt: skip


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


_README = """\
成绩发布的核验包 / Proof of a publication

怎样核验（只需要 Python 3.11，不需要联网，也不需要本平台）：
How to verify (needs Python 3.11 alone, no network, nothing of the platform):

    python verify.pyz THIS_FILE.zip --key FINGERPRINT [--checkpoint HELD.json]

verify.pyz 在平台的 /static/verify.pyz，最好用您另外得到并信任的一份。
verify.pyz is at /static/verify.pyz of the platform; better, use a copy that you obtained elsewhere and trust.
FINGERPRINT 是存证公钥的指纹，请从盖章的纸质成绩单、评分表或监督人员处抄来，不要从本包里取。
Take the fingerprint of the checkpoint key from paper (results, score sheets) or from the supervisor, never from here.
"""
