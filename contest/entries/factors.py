"""Factors (difficulty): one exact decimal per entry, aspect and repetition, where the rule set asks for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlmodel import Session, select

from contest.actors import Actor
from contest.audit.services import record
from contest.competitions.models import Event, EventState
from contest.competitions.queries import rules_in_force
from contest.core.marks import parse_decimal
from contest.core.ruleset import RuleSet
from contest.entries import policy
from contest.entries.admission import standing_fields
from contest.entries.changes import announce_after_commit
from contest.entries.guards import STAGE_LOCKED, locked_event, locked_stages, refuse_sealed, require_state
from contest.entries.models import Entry, Factor
from contest.entries.pending import Item, factor_item
from contest.errors import DomainError, ForbiddenError, InvalidError
from contest.i18n import N_
from contest.ledger.services import append_rows

HIGHEST = 1000
PLACES = 4
OPEN = frozenset({EventState.ADOPTED, EventState.SCORING})


@dataclass(frozen=True, slots=True)
class FactorPlace:
    """Where the rule set reads a factor of an entry."""

    stage: str
    stage_title: str
    aspect: str
    aspect_title: str
    repetition: int

    @property
    def key(self) -> str:
        """Names the place on a form; ids have no blanks and no `|` (docs/rule-set.md)."""
        return f"factor|{self.stage}|{self.aspect}|{self.repetition}"


@dataclass(frozen=True, slots=True)
class FactorInput:
    """A factor as typed: a decimal text, or empty to withdraw it."""

    entry_id: str
    stage: str
    aspect: str
    repetition: int
    value: str


def factor_places(rules: RuleSet) -> list[FactorPlace]:
    """Every (stage, aspect, repetition) whose factor is the entry's own, in the order of the rubric."""
    return [
        FactorPlace(stage.id, stage.title, aspect.id, aspect.title, repetition)
        for stage in rules.stages
        for aspect in stage.aspects()
        if aspect.factor.source == "entry"
        for repetition in range(1, aspect.repetitions + 1)
    ]


def factor_value(text: str) -> str:
    """The factor as it is kept: plain decimal text without superfluous zeros; empty stays empty.

    Raises:
        InvalidError: not a number, not above 0, too high, or with more than four places.
    """
    if not text.strip():
        return ""
    number = parse_decimal(text)
    if number is None:
        raise InvalidError(N_("“%(value)s”不是数，请填写例如 2.4。"), value=text[:30])
    if not 0 < number <= HIGHEST:
        outside = N_("系数应大于 0、不大于 %(highest)s，您输入了 %(value)s。")
        raise InvalidError(outside, highest=HIGHEST, value=text[:30])
    plain = f"{number.normalize():f}"
    if len(plain.partition(".")[2]) > PLACES:
        raise InvalidError(N_("系数最多 %(places)s 位小数，您输入了 %(value)s。"), places=PLACES, value=text[:30])
    return plain


def set_factors(session: Session, actor: Actor, event: Event, inputs: Sequence[FactorInput]) -> int:
    """Sets or withdraws factors, all or none; gives back how many changed. The same twice changes nothing.

    Raises:
        ForbiddenError: not an organizer of the competition.
        ConflictError: no rule set in force, all is locked (then it is a correction), or other entries would advance to
            a stage that has begun.
        InvalidError: a place that the rule set does not have, or a value that can't be taken.
    """
    event, competition = locked_event(session, event.tenant_id, event.id)
    if not policy.can_set_factors(actor, competition):
        raise ForbiddenError(N_("只有本竞赛的组织者可以登记难度系数。"))
    refuse_sealed(event)
    require_state(event, OPEN)
    locked = locked_stages(session, event)
    places = {(place.stage, place.aspect, place.repetition) for place in factor_places(rules_in_force(session, event))}
    entries = _entries(session, event)
    present = _present(session, event)
    items: list[tuple[str, Item]] = []
    changed = 0
    with standing_fields(session, event):
        for wanted in inputs:
            place = (wanted.stage, wanted.aspect, wanted.repetition)
            entry = entries.get(wanted.entry_id)
            if entry is None or place not in places:
                raise InvalidError(N_("评分办法里没有这个系数的位置，请刷新页面后再填。"), fields=_at(wanted))
            row = present.get((wanted.entry_id, *place))
            value = _checked(wanted)
            if value == (row.value if row else ""):
                continue
            if wanted.stage in locked:
                raise InvalidError(
                    N_("有几项需要改正，已标在下面。"), fields={_name(wanted): DomainError(STAGE_LOCKED)}
                )
            changed += 1
            row = save_factor(session, entry, place, value, row)
            if entry.code is not None:
                items.append((entry.code, factor_item(event, entry.code, row, value or None)))
    ordered = [item for _, item in sorted(items, key=lambda pair: pair[0])]  # the sheet's order must not tell names
    append_rows(session.connection(), competition.tenant_id, competition.id, ordered)
    record(session, actor, event.tenant_id, "set factors", "event", event.id, changed=changed)
    announce_after_commit(session, event.id)
    return changed


def _entries(session: Session, event: Event) -> dict[str, Entry]:
    here = (Entry.tenant_id == event.tenant_id, Entry.event_id == event.id)
    return {entry.id: entry for entry in session.exec(select(Entry).where(*here))}


def _present(session: Session, event: Event) -> dict[tuple[str, str, str, int], Factor]:
    here = (Entry.tenant_id == event.tenant_id, Entry.event_id == event.id)
    own = select(Entry.id).where(*here)
    query = select(Factor).where(Factor.tenant_id == event.tenant_id, Factor.entry_id.in_(own))  # type: ignore[attr-defined]
    return {(row.entry_id, row.stage_key, row.aspect, row.repetition): row for row in session.exec(query)}


def _checked(wanted: FactorInput) -> str:
    try:
        return factor_value(wanted.value)
    except InvalidError as error:
        raise InvalidError(N_("有几项需要改正，已标在下面。"), fields={_name(wanted): error}) from None


def _at(wanted: FactorInput) -> dict[str, DomainError]:
    return {_name(wanted): DomainError(N_("评分办法里没有这一项。"))}


def _name(wanted: FactorInput) -> str:
    return f"factor|{wanted.stage}|{wanted.aspect}|{wanted.repetition}"


def save_factor(session: Session, entry: Entry, place: tuple[str, str, int], value: str, row: Factor | None) -> Factor:
    """Writes or removes the row; the removed one still says where it stood. Whoever calls tells the ledger."""
    stage, aspect, repetition = place
    if row is None:
        row = Factor(
            tenant_id=entry.tenant_id, entry_id=entry.id, stage_key=stage, aspect=aspect, repetition=repetition,
            value=value,
        )  # fmt: skip
    elif not value:
        session.delete(row)
        return row
    row.value = value
    session.add(row)
    return row


def as_decimal(factor: Factor) -> Decimal:
    """The factor as the core takes it."""
    return Decimal(factor.value)
