"""Standings and slips as pages show them, for those who may see them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlmodel import Session

from contest.actors import Actor
from contest.competitions.models import Competition, Event, RuleSetVersion
from contest.competitions.queries import competition_of, get_event, stage_periods
from contest.core.ruleset import RuleSet
from contest.core.scoring import Standing
from contest.entries.models import Entry
from contest.errors import ForbiddenError, NotFoundError
from contest.i18n import N_, gettext
from contest.ledger.queries import latest_checkpoint
from contest.standings import policy
from contest.standings.computing import Computation, compute
from contest.standings.scales import Scale, scales_of
from contest.standings.slip import STATUS_WORDS, Slip, decision_words, make_slip
from contest.standings.words import reason_words


@dataclass(frozen=True, slots=True)
class StandingRow:
    """One line. `entry_id` finds the slip; `name` and `unit` are empty while codes are sealed.

    While they are sealed `entry_id` is the code: the entry's own id stands beside its name on other pages.
    """

    entry_id: str
    code: str
    name: str
    unit: str
    rank: str
    tied: bool
    total: str
    stages: tuple[str, ...]
    status: str
    is_ranked: bool
    reasons: tuple[str, ...]
    barred: tuple[str, ...]
    decided: str
    scales: tuple[str, ...] = ()
    class_title: str = ""


@dataclass(frozen=True, slots=True)
class StandingsView:
    """The table of an event."""

    competition: Competition
    event: Event
    rules: RuleSet
    rows: Sequence[StandingRow]
    is_unsealed: bool
    is_locked: bool
    shows_slips: bool
    scales: Sequence[Scale] = ()

    @property
    def ranked(self) -> int:
        return sum(row.is_ranked for row in self.rows)


@dataclass(frozen=True, slots=True)
class SlipView:
    """The slip of one entry with what stands above and below it."""

    competition: Competition
    event: Event
    rules: RuleSet
    entry_id: str
    code: str
    name: str
    unit: str
    slip: Slip
    barred: tuple[str, ...]
    rule_version: int
    chain_size: int
    chain_root: str
    sheets: tuple[tuple[str, str], ...] = ()
    """Period id and title: where every judge's marks and their histories stand."""
    scales: Sequence[Scale] = ()


def standings_view(session: Session, actor: Actor, event_id: str) -> StandingsView:
    """The provisional standings.

    Raises:
        NotFoundError: no such event for this actor.
        ForbiddenError: they will see them, but not before the lock.
    """
    event = get_event(session, event_id, actor)
    competition = competition_of(session, event)
    computation = compute(session, event)
    if not policy.can_see_standings(actor, competition, event, computation.rules):
        raise ForbiddenError(N_("所有评分锁定以后才能看到名次。"))
    unsealed = policy.is_unsealed(event, computation.rules)
    return StandingsView(
        competition=competition,
        event=event,
        rules=computation.rules,
        rows=standing_rows(computation, named=unsealed),
        is_unsealed=unsealed,
        is_locked=event.state in policy.LOCKED,
        shows_slips=policy.can_see_slip(actor, competition, event),
        scales=scales_of(computation.rules, computation.result),
    )


def standing_rows(computation: Computation, *, named: bool) -> list[StandingRow]:
    """All standings in published order; without `named` by their codes only."""
    by_code, rules = computation.by_code, computation.rules
    titles = {veto.id: veto.title or veto.id for veto in rules.vetoes}
    scales = scales_of(rules, computation.result)
    return [
        _row(rules, by_code[standing.entry], standing, titles, scales, named)
        for standing in computation.result.standings
    ]


def _row(
    rules: RuleSet, entry: Entry, standing: Standing, titles: Mapping[str, str], scales: Sequence[Scale], named: bool
) -> StandingRow:
    shown = standing.published if standing.published is not None else standing.provisional
    return StandingRow(
        entry_id=_addresses(entry, named=named)[0],
        code=entry.code or "",
        name=entry.name if named else "",
        unit=entry.unit if named else "",
        rank=standing.rank or "",
        tied=standing.tied,
        total="" if shown is None else format(shown, "f"),
        stages=tuple("" if value is None else format(value, "f") for value in standing.stage_totals.values()),
        status=gettext(STATUS_WORDS[standing.status]),
        is_ranked=standing.rank is not None,
        reasons=tuple(dict.fromkeys(reason_words(reason) for reason in standing.reasons)),
        barred=tuple(titles[veto] for veto in standing.award_barred),
        decided="" if standing.decided_by is None else decision_words(rules, standing.decided_by),
        scales=tuple(scale.shown(standing.entry) for scale in scales),
        class_title=rules.class_title(standing.class_id),
    )


def _addresses(entry: Entry, *, named: bool) -> tuple[str, ...]:
    """What finds an entry's slip, best first: its id, and its code; the code alone while nobody may join the two."""
    code = entry.code or entry.id
    return (entry.id, code) if named else (code,)


def slip_view(session: Session, actor: Actor, event_id: str, entry_id: str) -> SlipView:
    """The slip of one entry.

    Raises:
        NotFoundError: no such event or entry for this actor.
        ForbiddenError: single marks are shown only after the lock.
    """
    event = get_event(session, event_id, actor)
    competition = competition_of(session, event)
    if not policy.can_see_slip(actor, competition, event):
        raise ForbiddenError(N_("所有评分锁定以后才能看算分单。"))
    computation = compute(session, event)
    rules, named = computation.rules, policy.is_unsealed(event, computation.rules)
    found = next((p for p in computation.by_code.items() if entry_id in _addresses(p[1], named=named)), None)
    if found is None:
        raise NotFoundError(N_("找不到这个参赛。"))
    code, entry = found
    titles = {veto.id: veto.title or veto.id for veto in rules.vetoes}
    signed = latest_checkpoint(session, competition)  # made by the lock that has come before
    version = session.get_one(RuleSetVersion, (event.tenant_id, event.rule_set_id or ""))
    return SlipView(
        competition=competition,
        event=event,
        rules=rules,
        entry_id=entry_id,
        code=entry.code or "",
        name=entry.name if named else "",
        unit=entry.unit if named else "",
        slip=make_slip(computation.result, code),
        barred=tuple(titles[veto] for veto in computation.result.standing(code).award_barred),
        rule_version=version.version,
        chain_size=signed.size if signed else 0,
        chain_root=signed.root if signed else "",
        scales=[scale for scale in scales_of(rules, computation.result) if code in scale.of],
        sheets=tuple((p.id, f"{s.title or s.key} {p.title}".strip()) for s, p in stage_periods(session, event)),
    )
