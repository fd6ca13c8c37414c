"""A published event with every draw that there is, and forgers who have the server's key: only the draws can tell."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Callable
from typing import Any

from contest import db
from contest.actors import SYSTEM, Role
from contest.callroom import services as callroom
from contest.competitions.models import CompetitionKind
from contest.competitions.queries import get_event, stage_periods, stages_of
from contest.competitions.services import adopt_rule_set, create_competition, create_event, open_period, save_rule_set
from contest.entries import layers
from contest.entries import services as entries
from contest.entries.inputs import EntryInput
from contest.entries.queries import entries_of
from contest.judging import services as judging
from contest.ledger import signing
from tests.publications.making import Made, lock_all, operation, publish, send
from tests.rechecks.test_rechecks import PLACE, RULES, close, codes_of, drawn, read
from tests.support import build_world, make_person

Files = dict[str, bytes]
Bodies = list[dict[str, Any]]
ENTRIES, LATE = 24, 3
"""With 27 entries of which one withdraws the recheck reads ten and ⌈15 % of 16⌉ = three."""


def published_with_draws() -> tuple[Made, Files]:
    """Sealed in two layers; drawn in heats of five, late ones in heats of two; one withdraws; rechecked; opened."""
    made = _sealed()
    draw_order(made, 5, "07 11 23")
    with db.transaction() as session:
        entries.add_entries(session, SYSTEM, made.fresh(session), [EntryInput(f"迟到{n}") for n in range(LATE)])
        gone = entries_of(session, made.fresh(session))[0]
        entries.withdraw_entry(session, SYSTEM, gone, "不来")
    draw_order(made, 2, "")
    with db.reading() as session:
        made.codes = [entry.code or "" for entry in entries_of(session, made.fresh(session))]
    send(*(operation(made.event.id, PLACE, code, "", 100 - n) for n, code in enumerate(made.codes)))
    lock_all(made)
    _open(made)
    recheck = drawn(made)
    for code in codes_of(recheck):
        read(made, recheck, code)
    close(made, recheck)
    return made, unpacked(publish(made).bundle)


def _sealed() -> Made:
    with db.transaction() as session:
        world = build_world(session)
        competition = create_competition(
            session, SYSTEM, organization=world.city, kind=CompetitionKind.SKILLS, title="第三届职工技能大赛"
        )
        event = create_event(session, SYSTEM, competition, title="焊工")
        save_rule_set(session, SYSTEM, event, {"schema": 1, **RULES})
        adopt_rule_set(session, SYSTEM, event)
        entries.add_entries(session, SYSTEM, event, [EntryInput(f"选手{n}", unit="某厂") for n in range(ENTRIES)])
    officers = [make_person(world, Role.ENCRYPTION_OFFICER, login=f"officer{n}")[0].id for n in (1, 2)]
    with db.transaction() as session:
        event = get_event(session, event.id)
        layers.set_layers(session, SYSTEM, event, officers)
        for number in (1, 2):
            layers.make_layer(session, SYSTEM, event, number)
        for stage, period in stage_periods(session, event):
            judging.appoint_external(session, SYSTEM, stage, "裁判1")
            open_period(session, SYSTEM, period)
    return Made(competition, event, [], world)


def draw_order(made: Made, stations: int, public: str) -> None:
    """One draw of the first stage, committed to and revealed."""
    with db.transaction() as session:
        draw = callroom.commit_draw(session, SYSTEM, stages_of(session, made.fresh(session))[0], stations=stations)
    with db.transaction() as session:
        callroom.reveal_draw(session, SYSTEM, session.merge(draw), public)


def _open(made: Made) -> None:
    for number in (2, 1):
        with db.transaction() as session:
            layers.open_layer(session, SYSTEM, made.fresh(session), number)
            layers.witness_layer(session, SYSTEM, made.fresh(session), number)


def unpacked(bundle: bytes) -> Files:
    with zipfile.ZipFile(io.BytesIO(bundle)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def rewritten(files: Files, change: Callable[[Bodies], None]) -> Files:
    """The chain with its rows changed, numbered and linked anew, and signed with the server's own key.

    Rows of other events come to `change` as kind `hidden` and must stay as they are.
    """
    lines = [json.loads(line) for line in files["ledger.jsonl"].splitlines()]
    bodies = [json.loads(x["body"]) if "body" in x else {"kind": "hidden", "data": {}, "line": x} for x in lines]
    change(bodies)
    lines, last = [], "0" * 64
    for seq, body in enumerate(bodies, 1):
        line = body.get("line") or _line(body | {"seq": seq})
        digest = line.get("digest") or hashlib.sha256(line["body"].encode()).hexdigest()
        event = hashlib.sha256(line["event"].encode()).hexdigest()
        last = hashlib.sha256(bytes.fromhex(last + event + digest)).hexdigest()
        lines.append(line | {"seq": seq, "hash": last})
    note = signing.make_note(json.loads(files["manifest.json"])["competition"], len(lines), last, 1, "publication")
    checkpoint = {
        "size": len(lines), "root": last, "at": 1, "reason": "publication", "key_id": signing.fingerprint(),
        "signature": signing.sign(note),
    }  # fmt: skip
    ledger = b"".join(json.dumps(line, ensure_ascii=False).encode() + b"\n" for line in lines)
    return files | {"ledger.jsonl": ledger, "checkpoints.json": json.dumps([checkpoint]).encode()}


def _line(body: dict[str, Any]) -> dict[str, Any]:
    text = json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return {"event": str(body["data"].get("event", "")), "body": text}


def of_kind(bodies: Bodies, kind: str, **wanted: object) -> Bodies:
    """The rows of a kind whose data hold this."""
    return [body for body in bodies if body["kind"] == kind and wanted.items() <= body["data"].items()]
