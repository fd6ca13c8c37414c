"""Numbers of entries (编号): given in order where none was typed."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from sqlmodel import Session, col, func, select

from contest.competitions.models import Event
from contest.entries.models import Entry

WIDTH = 3
LOOK_AT = 50
MOST_DIGITS = 9
"""Longer ones are identity or worker numbers in disguise; nobody counts on from them."""


def next_numbers(session: Session, event: Event, taken: Collection[str] = ()) -> Iterator[str]:
    """001, 002 … after the highest plain number of the event, leaving out what is `taken` by typed ones to come."""
    highest = _highest(session, event)
    while True:
        highest += 1
        number = f"{highest:0{WIDTH}d}"
        if number not in taken:
            yield number


def _highest(session: Session, event: Event) -> int:
    """The highest number made of digits; the longest few tell it unless they are all words."""
    here = (Entry.tenant_id == event.tenant_id, Entry.event_id == event.id)
    query = select(Entry.number).where(*here).order_by(func.length(Entry.number).desc(), col(Entry.number).desc())
    some = _digits(session.exec(query.limit(LOOK_AT)))
    return max(some) if some else max(_digits(session.exec(query)), default=0)


def _digits(numbers: object) -> list[int]:
    return [int(number) for number in numbers if number.isascii() and number.isdigit() and len(number) <= MOST_DIGITS]  # type: ignore[attr-defined]
