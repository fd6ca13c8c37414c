"""The chain against itself and against its checkpoints: what somebody with the database in hand leaves behind."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from contest.ledger import chain, kinds, signing
from contest.ledger.models import Checkpoint, LedgerRow
from contest.ledger.queries import note_of


def first_broken(
    rows: Sequence[LedgerRow], checkpoints: Sequence[Checkpoint], trusted: Mapping[str, str]
) -> int | None:
    """The seq of the first row that does not follow the one before or is not what a checkpoint signed; None: whole.

    `rows` is the whole chain from 1 on; `trusted` the keys that count (`queries.trusted_keys`). A chain written anew
    from some row on is caught by the signatures: whoever has the database alone has no key. A checkpoint beyond the
    end names the row that was cut off.
    """
    hashes = [chain.GENESIS]
    for number, row in enumerate(rows, 1):
        hashes.append(_hash(hashes[-1], row.body))
        if row.seq != number or row.hash != hashes[-1]:
            return number
    retired = _retired(rows)
    for item in checkpoints:
        is_there = item.size < len(hashes) and hashes[item.size] == item.root
        is_in_time = item.size < retired.get(item.key_id, len(hashes) + 1)
        key = trusted.get(item.key_id, "")
        if not is_there or not is_in_time or not signing.is_signed_by(key, note_of(item).encode(), item.signature):
            return item.size
    return None


def _hash(previous: str, body: str) -> str:
    """The hash that a row should have; nothing that any row has when its body makes no sense."""
    try:
        return chain.link(previous, chain.event_of_body(body), body.encode())
    except (ValueError, KeyError, TypeError, AttributeError):
        return ""


def _retired(rows: Sequence[LedgerRow]) -> dict[str, int]:
    """Fingerprint -> the row from which on that key signs nothing more."""
    changes = (json.loads(row.body) for row in rows if row.kind == kinds.KEY)
    return {signing.fingerprint(body["data"]["old"]): body["seq"] for body in changes}
