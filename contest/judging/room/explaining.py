"""A judge says why: the panel is too far apart, and each judge explains before the marks are adjusted (rules.md 1)."""

from __future__ import annotations

from sqlmodel import Session

from contest.actors import Actor
from contest.competitions.models import PeriodState
from contest.errors import ConflictError, DomainError, InvalidError
from contest.i18n import N_
from contest.judging.room.models import Explanation
from contest.judging.room.spread import spread_alarms
from contest.judging.sheet.queries import sheet_view
from contest.ledger import kinds
from contest.ledger.services import append

LONGEST = 300


def explain(
    session: Session, actor: Actor, period_id: str, code: str, *, aspect: str, repetition: int, text: str
) -> Explanation:
    """Keeps why the actor marked as they did at a place where the panel is too far apart; also in the ledger.

    Raises:
        NotFoundError, ForbiddenError: not the actor's sheet (see `sheet_view`).
        ConflictError: the period is not open, or nothing is apart there (any more).
        InvalidError: no words, or too many.
    """
    view = sheet_view(session, actor, period_id, code)
    where, judge, words = view.place, view.member.code, text.strip()
    if where.period.state is not PeriodState.OPEN:
        raise ConflictError(N_("评分已经锁定或还没有开放，不能再说明。"))
    alarms = [alarm for alarm in spread_alarms(session, where) if alarm.concerns(judge)]
    if (code, aspect, repetition) not in {(alarm.entry, alarm.aspect.id, alarm.repetition) for alarm in alarms}:
        raise ConflictError(N_("这一项现在没有分差需要说明。请刷新页面看看最新状态。"))
    if not words or len(words) > LONGEST:
        message = DomainError(N_("请写明您这样评的理由，不超过 %(most)s 字。"), most=LONGEST)
        raise InvalidError(N_("有几项需要改正，已标在下面。"), fields={"text": message})
    place = {
        "event": where.event.id, "stage": where.stage.key, "period": where.period.key, "entry": code,
        "aspect": aspect, "repetition": repetition, "judge": judge,
    }  # fmt: skip
    row = append(session, where.competition, kinds.EXPLANATION, place | {"text": words})
    made = Explanation(
        tenant_id=where.event.tenant_id, event_id=where.event.id, stage_key=where.stage.key,
        period_key=where.period.key, entry_code=code, aspect=aspect, repetition=repetition, judge_code=judge,
        text=words, ledger_seq=row.seq,
    )  # fmt: skip
    session.add(made)
    session.flush()
    return made
