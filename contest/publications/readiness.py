"""What must be done between the lock and the publication: unsealing, recheck, signatures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlmodel import Session

from contest.competitions.models import Event
from contest.entries.queries import is_blind
from contest.i18n import N_


@dataclass(frozen=True, slots=True)
class Obstacle:
    """One thing that is still to do: the sentence, and the page where it is done."""

    text: str
    route: str
    params: Mapping[str, str | int] = field(default_factory=dict)


def obstacles(session: Session, event: Event) -> list[Obstacle]:
    """Everything that stands between a locked event and its publication, in the order of the work."""
    found = []
    if event.unsealed_at is None and is_blind(session, event):
        found.append(Obstacle(N_("加密号还没有解密。请先在“解密”页由两个人办理。"), "entries.unseal"))
    return found
