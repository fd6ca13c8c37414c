"""Reading panels, sheets and marks. What an actor may not see is not found."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy import ColumnElement, func
from sqlmodel import Session, and_, col, select

from contest.accounts.models import Account
from contest.actors import Actor
from contest.competitions.gates import titles, waits_for
from contest.competitions.models import Competition, Event, Period, Stage
from contest.competitions.queries import competition_of, get_event, rules_in_force
from contest.core.marks import MISSING, Mark
from contest.core.ruleset import RuleSet
from contest.core.ruleset import Stage as StageRules
from contest.entries.admission import admitted
from contest.entries.detail import declared_places, facts_in
from contest.entries.models import Entry, EntryState, Factor
from contest.errors import NotFoundError
from contest.i18n import N_
from contest.judging.models import MarkRow, PanelMember, PanelRole, Recusal
from contest.judging.sheet.items import Place


def marks_of(session: Session, event: Event) -> list[Mark]:
    """The current marks of an event as the core takes them; withdrawn ones are missing and not listed."""
    return [mark for mark in marks_since(session, event, 0)[0] if mark.state != MISSING]


def marks_since(session: Session, event: Event, seen: int) -> tuple[list[Mark], int]:
    """The marks whose revision is newer than `seen`, withdrawn ones too (missing), and the newest revision.

    Revisions are sequence numbers of the competition's chain, which are given under a lock: who has read one has read
    all before it.
    """
    m = MarkRow
    query = sa.select(
        col(m.revision), col(m.stage_key), col(m.period_key), col(m.entry_code), col(m.aspect), col(m.repetition),
        col(m.judge_code), col(m.units), col(m.state),
    ).where(col(m.tenant_id) == event.tenant_id, col(m.event_id) == event.id, col(m.revision) > seen)  # fmt: skip
    rows = session.connection().execute(query).all()
    return [Mark(*row[1:]) for row in rows], max((row[0] for row in rows), default=seen)


def panels_of(session: Session, event: Event) -> dict[str, tuple[str, ...]]:
    """Stage key -> codes of the members whose marks the stage waits for (`panels` of `core.scoring.evaluate`)."""
    query = (
        select(Stage.key, PanelMember.code)
        .join(PanelMember, of_stage())
        .where(Stage.tenant_id == event.tenant_id, Stage.event_id == event.id, *_scoring())
        .order_by(col(PanelMember.position))
    )
    found: dict[str, list[str]] = {}
    for stage, code in session.exec(query):
        found.setdefault(stage, []).append(code)
    return {stage: tuple(codes) for stage, codes in found.items()}


def recusals_of(session: Session, event: Event) -> dict[str, frozenset[tuple[str, str]]]:
    """Entry code -> (stage key, judge code) pairs kept from it (`recused` of `core.marks.EntryInput`)."""
    query = (
        select(Entry.code, Stage.key, PanelMember.code)
        .select_from(Recusal)
        .join(Entry, and_(col(Entry.tenant_id) == Recusal.tenant_id, col(Entry.id) == Recusal.entry_id))
        .join(
            PanelMember,
            and_(col(PanelMember.tenant_id) == Recusal.tenant_id, col(PanelMember.id) == Recusal.panel_member_id),
        )
        .join(Stage, of_stage())
        .where(Stage.tenant_id == event.tenant_id, Stage.event_id == event.id)
    )
    found: dict[str, set[tuple[str, str]]] = {}
    for entry, stage, judge in session.exec(query):
        found.setdefault(entry or "", set()).add((stage, judge))
    return {entry: frozenset(pairs) for entry, pairs in found.items()}


def of_stage() -> ColumnElement[bool]:
    return and_(col(PanelMember.tenant_id) == col(Stage.tenant_id), col(PanelMember.stage_id) == col(Stage.id))


def _scoring() -> tuple[ColumnElement[bool], ...]:
    return (
        col(PanelMember.removed_at).is_(None),
        col(PanelMember.scores).is_(True),
        col(PanelMember.role) != PanelRole.CLERK,
    )


@dataclass(frozen=True, slots=True)
class MemberLine:
    """A panel member with the person behind it; `login` None for an external judge."""

    member: PanelMember
    stage: Stage
    name: str
    login: str | None


def members_of(session: Session, event: Event) -> list[MemberLine]:
    """Everybody on the panels of an event, stage by stage, in the order of appointment."""
    query = (
        select(PanelMember, Stage, Account.name, Account.login)
        .join(Stage, of_stage())
        .outerjoin(Account, col(Account.id) == PanelMember.account_id)
        .where(Stage.tenant_id == event.tenant_id, Stage.event_id == event.id, col(PanelMember.removed_at).is_(None))
        .order_by(col(Stage.position), col(PanelMember.position))
    )
    return [MemberLine(m, stage, name or m.name, login) for m, stage, name, login in session.exec(query)]


def member_for(session: Session, actor: Actor, stage: Stage) -> PanelMember | None:
    """The actor's own place on the panel of a stage."""
    if actor.account_id is None:
        return None
    query = select(PanelMember).where(
        PanelMember.tenant_id == stage.tenant_id,
        PanelMember.stage_id == stage.id,
        PanelMember.account_id == actor.account_id,
        col(PanelMember.removed_at).is_(None),
    )
    return session.exec(query).first()


def get_member(session: Session, event: Event, member_id: str) -> PanelMember:
    """A member of one of the event's panels (NotFoundError otherwise)."""
    found = session.get(PanelMember, (event.tenant_id, member_id))
    stage = session.get(Stage, (found.tenant_id, found.stage_id)) if found else None
    if found is None or stage is None or stage.event_id != event.id or found.removed_at:
        raise NotFoundError(N_("裁判组里找不到这个人。"))
    return found


@dataclass(frozen=True, slots=True)
class Where:
    """A period with everything it belongs to, and the rules of its stage.

    `waits_for`: the former stages, by title, that are to be locked before it is known who takes part; else empty.
    """

    competition: Competition
    event: Event
    stage: Stage
    period: Period
    rules: RuleSet
    stage_rules: StageRules
    waits_for: str = ""

    @property
    def is_decided_before(self) -> bool:
        """Whether a former stage decides who takes part in this one."""
        return bool(self.rules.deciding(self.stage.key))


def locate(session: Session, period_id: str, actor: Actor | None = None) -> Where:
    """The period of that id with its surroundings; with an actor, only if they may see its competition."""
    period = session.exec(select(Period).where(Period.id == period_id)).first()
    if period is None:
        raise NotFoundError(N_("找不到这个考评期。"))
    stage = session.get_one(Stage, (period.tenant_id, period.stage_id))
    event = get_event(session, stage.event_id, actor)
    rules = rules_in_force(session, event)
    former = titles(waits_for(session, event, stage)) if rules.deciding(stage.key) else ""
    return Where(competition_of(session, event), event, stage, period, rules, rules.stage(stage.key), former)


def entries_in(session: Session, event: Event) -> list[Entry]:
    """The entries that compete, by blind code (which says nothing of the order of registration)."""
    query = (
        select(Entry)
        .where(
            Entry.tenant_id == event.tenant_id,
            Entry.event_id == event.id,
            Entry.state == EntryState.REGISTERED,
            col(Entry.code).is_not(None),
        )
        .order_by(func.length(Entry.code), col(Entry.code))
    )
    return list(session.exec(query))


def is_absent(entry: Entry, where: Where) -> bool:
    """Whether the entry is not assessed in this period: nobody waits for its marks, and they would not count."""
    return (where.stage.key, where.period.key) in facts_in(entry.detail).absent


def entries_of_stage(session: Session, event: Event, stage: Stage) -> list[Entry]:
    """The entries that take part in a stage, by blind code: where a former stage decides it, who advanced."""
    found, codes = entries_in(session, event), admitted(session, event, stage)
    return found if codes is None else [entry for entry in found if entry.code in codes]


def assessed_in(session: Session, where: Where) -> list[Entry]:
    """The entries that are assessed in a period, by blind code."""
    return [entry for entry in _field(session, where) if not is_absent(entry, where)]


def _field(session: Session, where: Where) -> list[Entry]:
    if where.is_decided_before:
        return entries_of_stage(session, where.event, where.stage)
    return entries_in(session, where.event)


def codes_of_field(session: Session, where: Where) -> frozenset[str] | None:
    """The codes that advanced into the stage; None where no former stage decides it."""
    return admitted(session, where.event, where.stage) if where.is_decided_before else None


def is_out(session: Session, entry: Entry, where: Where) -> bool:
    """Whether the entry did not advance into the stage, or nobody can say so yet: it has no sheet there."""
    codes = codes_of_field(session, where)
    return codes is not None and entry.code not in codes


def absent_codes(session: Session, where: Where) -> list[str]:
    """Who is not assessed in a period, for judges to read; nobody while it is blind: who joined late is known by it."""
    if where.rules.blind:
        return []
    return [entry.code or "" for entry in _field(session, where) if is_absent(entry, where)]


def declared_in(session: Session, where: Where) -> dict[str, frozenset[Place]]:
    """Entry id -> the only places it is asked for; asked only where entries differ in their repetitions."""
    if not any(aspect.repetitions_vary for aspect in where.stage_rules.aspects()):
        return {}
    factors: dict[str, set[tuple[str, str, int]]] = {}
    query = (
        select(Factor.entry_id, Factor.stage_key, Factor.aspect, Factor.repetition)
        .join(Entry, and_(col(Entry.tenant_id) == Factor.tenant_id, col(Entry.id) == Factor.entry_id))
        .where(
            Factor.tenant_id == where.event.tenant_id,
            Entry.event_id == where.event.id,
            Factor.stage_key == where.stage.key,
        )
    )
    for entry_id, stage, aspect, repetition in session.exec(query):
        factors.setdefault(entry_id, set()).add((stage, aspect, repetition))
    found = {}
    for entry in entries_in(session, where.event):
        places = declared_places((where.stage_rules,), factors.get(entry.id, ()), facts_in(entry.detail))
        if places is not None:
            found[entry.id] = frozenset(
                (aspect, number) for stage, aspect, number in places if stage == where.stage.key
            )
    return found
