"""The formalities (手续) of an event: who signs score sheets, whether a panel calibrates before it
scores, whether results are rechecked, who publishes them.

From the first opening on they stand in the ledger. Tightening them stays simple; loosening them takes two persons
(`contest.corrections.loosening`): else whoever unlocks alone could also drop whoever else had to see the result.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlmodel import Session

from contest.actors import Actor
from contest.audit.services import record
from contest.competitions import policy, queries
from contest.competitions.models import SIGNERS, UNSEALABLE, Event, PeriodState
from contest.db import HELD
from contest.errors import ConflictError, ForbiddenError
from contest.i18n import N_, gettext
from contest.ledger import kinds
from contest.ledger.models import Appended
from contest.ledger.services import append

_STALE = N_("手续在您打开页面以后被改过，没有保存。请核对现在的内容后再改。")
NOT_ORGANIZER = N_("只有这个竞赛的组织者可以改手续。")
LOCKED = N_("评分已经锁定，手续不能再改。")
RECUSES_IN_PAIRS = "recuses_in_pairs"
"""Says in the ledger that from here on no recusal by one person takes marks out; older rows say nothing of it."""
TAKES_TWO = N_("评分已经开始，放宽手续要两个人：由组织者写明理由提出，由另一个人确认。")
_CHECKS = {
    "calibrates": N_("开放评分以前不再要求试评"),
    "rechecks": N_("发布以前不再要求复核"),
    "publishes_in_pairs": N_("发布不再要第二个人确认"),
}


class LoosensError(ConflictError):
    """What is asked for would loosen the formalities of an event that has begun."""


@dataclass(frozen=True, slots=True)
class Formalities:
    """All of them. `signers`: keys of SIGNERS in their order; the judge always signs."""

    signers: tuple[str, ...]
    calibrates: bool
    rechecks: bool
    publishes_in_pairs: bool

    @classmethod
    def asked(
        cls, signers: Collection[str], *, calibrates: bool, rechecks: bool, publishes_in_pairs: bool
    ) -> Formalities:
        chosen = tuple(key for key in SIGNERS if key in signers or key == "judge")
        return cls(chosen, calibrates, rechecks, publishes_in_pairs)

    def plain(self) -> dict[str, object]:
        """As the ledger and a proposal keep them."""
        checks = {name: int(getattr(self, name)) for name in _CHECKS}
        return {"signers": list(self.signers), **checks}

    def loosened_by(self, wanted: Formalities) -> list[str]:
        """What `wanted` would no longer ask for, a sentence each."""
        away = [gettext(SIGNERS[key]) for key in self.signers if key not in wanted.signers]
        told = [gettext("“%(who)s”不再签评分表") % {"who": name} for name in away]
        return told + [
            gettext(text) for name, text in _CHECKS.items() if getattr(self, name) and not getattr(wanted, name)
        ]


def formalities_of(event: Event) -> Formalities:
    """Those that hold now."""
    return Formalities(signers_of(event), event.calibrates, event.rechecks, event.publishes_in_pairs)


def signers_of(event: Event) -> tuple[str, ...]:
    """Who signs the event's score sheets, in their order."""
    return tuple(key for key in SIGNERS if key in event.signers.split(","))


def fingerprint(event: Event) -> str:
    """The formalities as one text: what a page was drawn from."""
    return f"{event.signers};{event.rechecks:d};{event.publishes_in_pairs:d};{event.calibrates:d}"


def has_begun(session: Session, event: Event) -> bool:
    """Whether a period was ever opened: a pause does not take it back."""
    periods = queries.periods_of(session, event)
    return any(period.opened_at or period.state is not PeriodState.WAITING for period in periods)


def set_formalities(
    session: Session, actor: Actor, event: Event, *, signers: Collection[str], rechecks: bool,
    publishes_in_pairs: bool, calibrates: bool = False, seen: str | None = None,
) -> Event:  # fmt: skip
    """Changes them, until everything is locked; once scoring has begun only to more. The judge always signs.

    Raises:
        ForbiddenError: no organizer.
        ConflictError: locked, or changed meanwhile.
        LoosensError: it takes two persons by now.
    """
    if not policy.can_edit_rule_set(actor, queries.competition_of(session, event)):
        raise ForbiddenError(NOT_ORGANIZER)
    session.flush()
    session.refresh(event, with_for_update=HELD)  # a period can't be opened meanwhile
    require_open(event)
    if seen is not None and seen != fingerprint(event):
        raise ConflictError(_STALE)
    wanted = Formalities.asked(
        signers, calibrates=calibrates, rechecks=rechecks, publishes_in_pairs=publishes_in_pairs
    )  # fmt: skip
    begun = has_begun(session, event)
    if begun and formalities_of(event).loosened_by(wanted):
        raise LoosensError(TAKES_TWO)
    if begun and wanted != formalities_of(event):
        note_formalities(session, event, wanted)
    write_formalities(session, actor, event, wanted)
    return event


def require_open(event: Event) -> None:
    """Refuses any change once all is locked (ConflictError)."""
    if event.state in UNSEALABLE:
        raise ConflictError(LOCKED)


def note_formalities(
    session: Session, event: Event, wanted: Formalities | None = None, said: dict[str, object] | None = None
) -> Appended:
    """The row of the ledger; without `wanted` those that hold as scoring begins. Call it before they are written.

    said: reason, proposed_by and confirmed_by of a loosening.
    """
    data: dict[str, object] = {"event": event.id, **(wanted or formalities_of(event)).plain()}
    data["replaces"] = None if wanted is None else formalities_of(event).plain()
    data[RECUSES_IN_PAIRS] = 1
    return append(session, queries.competition_of(session, event), kinds.FORMALITIES, data | (said or {}))


def write_formalities(session: Session, actor: Actor, event: Event, wanted: Formalities) -> None:
    """Puts them down; whoever calls has asked everything before."""
    event.signers = ",".join(wanted.signers)
    event.rechecks, event.publishes_in_pairs, event.calibrates = (
        wanted.rechecks, wanted.publishes_in_pairs, wanted.calibrates
    )  # fmt: skip
    session.add(event)
    record(session, actor, event.tenant_id, "update", "formalities", event.id, now=fingerprint(event))
