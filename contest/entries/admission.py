"""Who takes part in a stage (晋级): what the rule set and the locked former stages say, worked out in one place only.

`standings.admitting` computes it from the standings and registers itself here, because door, draw and judges' lists
stand below it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager

from sqlmodel import Session

from contest.competitions.gates import FIELD_STANDS, begun_after, titled, waits_for
from contest.competitions.models import Event, Stage
from contest.competitions.queries import rules_in_force
from contest.errors import ConflictError

Source = Callable[[Session, Event, str], frozenset[str]]
"""(session, event, stage key) -> codes that are admitted to the stage; asked only once they are final."""
_sources: list[Source] = []


def register_source(source: Source) -> None:
    """Says who computes; called by `app.py`'s facts."""
    _sources[:] = [source]


def admitted(session: Session, event: Event, stage: Stage) -> frozenset[str] | None:
    """The codes that take part in a stage; None where no former stage decides it: then all do.

    Nobody takes part while a stage that decides it is not locked.
    """
    if not rules_in_force(session, event).deciding(stage.key):
        return None
    if waits_for(session, event, stage):
        return frozenset()
    if not _sources:
        raise RuntimeError("nobody computes who advances: call contest.event_facts.register first")
    return _sources[0](session, event, stage.key)


@contextmanager
def standing_fields(session: Session, event: Event, but: Collection[str | None] = ()) -> Iterator[None]:
    """Refuses what is done inside if it lets entries into a stage that has begun, or puts them out of it.

    but: codes that may come or go, because it is done for just that (a wild card).

    Raises:
        ConflictError: naming the stage; the caller's transaction takes everything back.
    """
    before = _begun_fields(session, event)
    yield
    session.flush()
    now = _begun_fields(session, event) if before else {}
    for key, (stage, codes) in before.items():
        if (codes ^ now[key][1]) - set(but):
            raise ConflictError(FIELD_STANDS, stage=titled(stage))


def _begun_fields(session: Session, event: Event) -> Mapping[str, tuple[Stage, frozenset[str]]]:
    begun = begun_after(session, event)
    return {stage.key: (stage, admitted(session, event, stage) or frozenset()) for stage in begun}
