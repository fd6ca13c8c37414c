"""Reading awards: what the latest published result gives, and what was given."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from contest.actors import Actor
from contest.awards.honours import Honours, honours_of
from contest.awards.models import AwardGiven, AwardState
from contest.awards.policy import can_give_awards, can_see_awards
from contest.awards.reasons import reason_of
from contest.competitions.models import Competition, Event, EventState
from contest.competitions.queries import competition_of, get_event
from contest.core.awarding import AwardGrant, assign_awards
from contest.core.ruleset import Award, RuleSet
from contest.core.scoring import RANKED, Standing
from contest.entries.models import Entry
from contest.entries.queries import vetoes_of
from contest.errors import ForbiddenError
from contest.i18n import N_
from contest.ledger import kinds
from contest.ledger.models import LedgerRow
from contest.standings.services import Computation, compute


@dataclass(frozen=True, slots=True)
class Proposed:
    """One entry that the rules give an award, or bar from it. `reason` is for `reasons.reason_text`."""

    entry: Entry
    award: Award
    rank: str
    total: Decimal | None
    tied: bool
    reason: str
    class_title: str = ""


@dataclass(frozen=True, slots=True)
class Barred:
    """A ranked entry that gets no award because of a veto: which, and what happened."""

    entry: Entry
    rank: str
    total: Decimal | None
    vetoes: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Tier:
    """One award of the rule set with its entries. `boundary`: '', 'expanded', 'shrunk' or 'short' (too few)."""

    award: Award
    rows: Sequence[Proposed]
    quota: int | None
    boundary: str


@dataclass(frozen=True, slots=True)
class AwardList:
    """The page: `version` is the publication's (None before the first), `is_given` says that this list is given."""

    competition: Competition
    event: Event
    version: int | None
    is_published: bool
    tiers: Sequence[Tier]
    barred: Sequence[Barred]
    is_given: bool
    given_version: int | None
    can_give: bool
    honours: Honours

    @property
    def count(self) -> int:
        return sum(len(tier.rows) for tier in self.tiers)

    @property
    def places(self) -> int:
        """Decimals of the most exact total: a column shows the same number of them."""
        totals = [row.total for tier in self.tiers for row in tier.rows] + [row.total for row in self.barred]
        return max((-int(total.as_tuple().exponent) for total in totals if total is not None), default=0)


def latest_version(session: Session, event: Event) -> int | None:
    """The number of the event's latest publication, as its ledger row says; None before the first."""
    query = (
        select(LedgerRow.body)
        .where(
            LedgerRow.tenant_id == event.tenant_id,
            LedgerRow.competition_id == event.competition_id,
            LedgerRow.kind == kinds.PUBLICATION,
        )
        .order_by(col(LedgerRow.seq).desc())
    )
    found = (json.loads(body)["data"] for body in session.exec(query))
    return next((int(data["version"]) for data in found if data["event"] == event.id), None)


def award_list(session: Session, actor: Actor, event_id: str) -> AwardList:
    """The award list of an event as its latest result gives it.

    Raises:
        NotFoundError: no such event for this actor.
        ForbiddenError: no awards for this role.
    """
    event = get_event(session, event_id, actor)
    competition = competition_of(session, event)
    if not can_see_awards(actor, competition):
        raise ForbiddenError(N_("您的角色不能查看授奖名单。"))
    version = latest_version(session, event)
    published = version is not None and event.state in (EventState.PUBLISHED, EventState.CLOSED)
    tiers, barred, honours = _listed(session, event) if published else ([], [], Honours())
    given = given_awards(session, event)
    return AwardList(
        competition, event, version, published, tiers, barred,
        is_given=bool(given) and _key(given) == {(row.entry.id, tier.award.id) for tier in tiers for row in tier.rows}
        and all(award.publication_version == version for award in given),
        given_version=max((award.publication_version for award in given), default=None),
        can_give=can_give_awards(actor, competition), honours=honours,
    )  # fmt: skip


def _listed(session: Session, event: Event) -> tuple[list[Tier], list[Barred], Honours]:
    computation = compute(session, event)
    grants = assign_awards(computation.rules, computation.result)
    return *list_from(session, event, computation, grants), honours_of(computation, grants)


def _key(given: Sequence[AwardGiven]) -> set[tuple[str, str]]:
    return {(award.entry_id, award.award_key) for award in given}


def list_from(
    session: Session, event: Event, computation: Computation, grants: Sequence[AwardGrant]
) -> tuple[list[Tier], list[Barred]]:
    """Tiers in the rule set's order, and the barred entries, from one evaluation (core.awarding decides)."""
    rules, by_code = computation.rules, computation.by_code
    rows = {row.entry: row for row in computation.result.standings}
    tiers = [
        _tier(rules, award, [grant for grant in grants if grant.award_id == award.id], rows, by_code, grants)
        for award in rules.awards
    ]
    vetoed = [row for row in computation.result.standings if row.award_barred and row.status == RANKED]
    return tiers, _barred(session, event, rules, vetoed, by_code)


def _tier(
    rules: RuleSet,
    award: Award,
    grants: Sequence[AwardGrant],
    rows: Mapping[str, Standing],
    by_code: Mapping[str, Entry],
    every: Sequence[AwardGrant],
) -> Tier:
    proposed = [
        Proposed(by_code[grant.entry], award, grant.rank, rows[grant.entry].published, rows[grant.entry].tied,
                 reason_of(award, grant, rows[grant.entry]), rules.class_title(rows[grant.entry].class_id))
        for grant in grants
    ]  # fmt: skip
    quotas = {grant.class_id: grant.quota for grant in grants if grant.quota is not None}
    quota = sum(quotas.values()) if quotas else None
    taken = {grant.entry for grant in every}
    others = any(row.status == RANKED and not row.award_barred and row.entry not in taken for row in rows.values())
    return Tier(award, proposed, quota, _boundary(award, len(grants), quota, others=others))


def _boundary(award: Award, given: int, quota: int | None, *, others: bool) -> str:
    """How the number given came to differ from the places, if it did (rules.md 0: tie across an award boundary)."""
    if quota is None or given == quota:
        return ""
    if given > quota:
        return "expanded"
    return "shrunk" if award.boundary_tie == "shrink" and others else "short"


def _barred(
    session: Session, event: Event, rules: RuleSet, rows: Sequence[Standing], by_code: Mapping[str, Entry]
) -> list[Barred]:
    titles = {veto.id: veto.title or veto.id for veto in rules.vetoes}
    found: dict[str, list[tuple[str, str]]] = {}
    for entry, veto in vetoes_of(session, event) if rows else ():
        found.setdefault(entry.id, []).append((titles.get(veto.veto, veto.veto), veto.reason))
    return [
        Barred(by_code[row.entry], row.rank or "", row.published, found.get(by_code[row.entry].id, ())) for row in rows
    ]


def given_awards(session: Session, event: Event) -> Sequence[AwardGiven]:
    """The awards in force of an event: given and not withdrawn, in the order of giving."""
    return session.exec(_of_event(event).where(col(AwardGiven.state) == AwardState.GIVEN)).all()


def all_awards(session: Session, event: Event) -> Sequence[AwardGiven]:
    """Every award row of an event: proposed, given and withdrawn."""
    return session.exec(_of_event(event)).all()


def _of_event(event: Event) -> SelectOfScalar[AwardGiven]:
    return (
        select(AwardGiven)
        .where(AwardGiven.tenant_id == event.tenant_id, AwardGiven.event_id == event.id)
        .order_by(col(AwardGiven.position), col(AwardGiven.id))
    )
