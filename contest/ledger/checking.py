"""The chain against itself and against its checkpoints: what somebody with the database in hand leaves behind."""

from __future__ import annotations

from collections.abc import Sequence

from contest.ledger import chain, signing
from contest.ledger.models import Checkpoint, LedgerRow
from contest.ledger.queries import note_of


def first_broken(rows: Sequence[LedgerRow], checkpoints: Sequence[Checkpoint]) -> int | None:
    """The seq of the first row that does not follow the one before or is not what a checkpoint signed; None: whole.

    `rows` is the whole chain from 1 on. A chain written anew from some row on is caught by the signatures: whoever
    has the database alone has no key. A checkpoint beyond the end names the row that was cut off.
    """
    last, hashes = chain.GENESIS, [chain.GENESIS]
    for number, row in enumerate(rows, 1):
        last = chain.link(last, chain.event_of_body(row.body), row.body.encode())
        if row.seq != number or row.hash != last:
            return number
        hashes.append(last)
    for item in checkpoints:
        is_there = item.size < len(hashes) and hashes[item.size] == item.root
        if not is_there or not signing.is_signed(note_of(item).encode(), item.signature):
            return item.size
    return None
