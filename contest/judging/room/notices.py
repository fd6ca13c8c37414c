"""What a judge's tablet is told beside its marks: messages, panels too far apart, the clocks, and that it was moved.

Nobody's marks are in it, and not how far apart they are: with two judges that would be the other's mark.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session

from contest.actors import Actor
from contest.competitions.models import PeriodState
from contest.errors import NotFoundError
from contest.i18n import N_
from contest.judging.live import room_version
from contest.judging.models import PanelMember
from contest.judging.queries import Where, locate, member_for
from contest.judging.room.clocks import ClockFace, clock_faces
from contest.judging.room.messaging import unread_messages
from contest.judging.room.models import JudgeMessage
from contest.judging.room.spread import Alarm, spread_alarms


@dataclass(frozen=True, slots=True)
class Room:
    """The notices of one period for one judge. `code`: the sheet that is open, if one is."""

    where: Where
    member: PanelMember
    code: str
    messages: Sequence[JudgeMessage]
    alarms: Sequence[Alarm]
    clocks: Sequence[ClockFace]
    version: int

    @property
    def here(self) -> list[Alarm]:
        """Alarms of the open sheet; the others are told by their codes."""
        return [alarm for alarm in self.alarms if alarm.entry == self.code]

    @property
    def elsewhere(self) -> list[str]:
        return sorted({alarm.entry for alarm in self.alarms if alarm.entry != self.code})


def room_of(session: Session, actor: Actor, where: Where, member: PanelMember, code: str = "") -> Room:
    """What the tablet of `member` is told in a period."""
    version = room_version(where.event.id)  # first: what changes while this is read is asked for once more
    is_open = where.period.state is PeriodState.OPEN
    alarms = spread_alarms(session, where) if is_open and member.scores else []
    return Room(
        where=where,
        member=member,
        code=code,
        messages=unread_messages(session, actor),
        alarms=[alarm for alarm in alarms if alarm.concerns(member.code)],
        clocks=[face for face in clock_faces(session, where, entry=code) if face.state != "ended"],
        version=version,
    )


def own_room(session: Session, actor: Actor, period_id: str, code: str = "") -> Room:
    """The same by the period's id, for its panel (NotFoundError for everybody else)."""
    where = locate(session, period_id, actor)
    member = member_for(session, actor, where.stage)
    if member is None:
        raise NotFoundError(N_("找不到这个考评期。"))
    return room_of(session, actor, where, member, code)
