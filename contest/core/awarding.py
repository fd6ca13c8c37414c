"""Awards (奖项): who gets what, in the order of the rule set's tiers. How many places there are is in quotas.py."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from contest.core.beside import values_on
from contest.core.marks import EntryInput
from contest.core.medals import BRONZE, GOLD, SILVER, medals_for, share_medals
from contest.core.numbers import fraction, round_units
from contest.core.quotas import award_cut_with_ties, award_quotas, least_places, most_places, share_is_kept
from contest.core.ruleset import Award, RuleSet, TieBreak
from contest.core.scoring import RANKED, Result, Standing
from contest.core.ties import tie_value

__all__ = [
    "AwardGrant", "BoundFinding", "assign_awards", "award_cut_with_ties", "award_quotas", "bound_findings",
    "prize_totals", "share_is_kept",
]  # fmt: skip
Pool = tuple[str, tuple[str, ...]]
"""Where the places of a tier are counted: a class, or the event (of these classes)."""


@dataclass(frozen=True, slots=True)
class AwardGrant:
    """One award of one entry. `place` counts the tier's places; `shared` says a tie widened the tier.

    reason: `by` of the award. quota: the places the rule gave, None where it gives no number. class_id: the class in
    which the places were counted, empty for the event.
    """

    entry: str
    award_id: str
    rank: str
    place: int
    reason: str
    quota: int | None = None
    shared: bool = False
    class_id: str = ""


def assign_awards(rules: RuleSet, result: Result) -> list[AwardGrant]:
    """Give every eligible entry the first tier it qualifies for, and those that stand beside, in the rule set's order.

    Only ranked entries without a veto are eligible. Ties are entries that share a rank after the whole chain.
    """
    round_ = _Round(rules, result)
    return [grant for award in rules.awards for pool in round_.pools(award) for grant in round_.give(award, pool)]


class _Round:
    """The giving of all tiers once: what is left of the entrants, of the carried places, and of the limit."""

    def __init__(self, rules: RuleSet, result: Result) -> None:
        self.rules, self.result = rules, result
        self.given: set[str] = set()
        self.winners: set[str] = set()
        self.carry: dict[Pool, int] = {}
        self.quotas = {pool: self._quotas(pool) for award in rules.awards for pool in self.pools(award)}
        limit = rules.award_limit
        base = len(self.rows(("", ()), ranked=limit is not None and limit.of == "ranked"))
        self.most = None if limit is None else round_units(Fraction(limit.percent) * base / 100, 0, "floor")

    def pools(self, award: Award) -> list[Pool]:
        if award.per == "event":
            return [("", award.classes)]
        return [(item.id, ()) for item in self.rules.classes if not award.classes or item.id in award.classes]

    def rows(self, pool: Pool, *, ranked: bool) -> list[Standing]:
        """The entries of a pool in published order."""
        one, several = pool
        return [
            row
            for row in self.result.standings
            if (row.status == RANKED or not ranked)
            and (not one or row.class_id == one)
            and (not several or row.class_id in several)
        ]

    def _quotas(self, pool: Pool) -> dict[str, int]:
        """Places of the tiers that have a number. Shares are rounded together, as one list of tiers."""
        awards = [award for award in self.rules.awards if pool in self.pools(award)]
        quotas = {award.id: award.count or 0 for award in awards if award.by == "quota"}
        for of in ("entrants", "ranked"):
            shares = [award for award in awards if award.by == "share" and award.of == of]
            percents = [fraction(award.percent or 0) for award in shares]
            base = len(self.rows(pool, ranked=of == "ranked"))
            numbers = award_quotas(base, percents, self.rules.award_rounding)
            quotas |= {award.id: number for award, number in zip(shares, numbers, strict=True)}
        return quotas

    def give(self, award: Award, pool: Pool) -> list[AwardGrant]:
        """Give one tier in one pool."""
        quota = self.quotas[pool].get(award.id)
        if quota is not None and self.rules.award_overflow == "next_tier":
            quota = max(0, quota + self.carry.get(pool, 0))
        ranked = self.rows(pool, ranked=True)
        eligible = [row for row in ranked if not row.award_barred]
        waiting = [row for row in eligible if award.beside or row.entry not in self.given]
        chosen = self._choose(award, pool, waiting, ranked, quota)
        cut = quota is not None and _cut_by_tie(chosen, waiting, quota)
        self.carry[pool] = quota - len(chosen) if quota is not None and cut else 0
        chosen = self._within_limit(chosen)
        self.winners |= {row.entry for row in chosen}
        if not award.beside:
            self.given |= {row.entry for row in chosen}
        return [_grant(award, place, row, quota, pool) for place, row in enumerate(chosen, start=1)]

    def _choose(
        self, award: Award, pool: Pool, waiting: Sequence[Standing], ranked: Sequence[Standing], quota: int | None
    ) -> list[Standing]:
        able = [row for row in waiting if _reaches(award, row)]
        if award.by in {"rank", "rank_share"}:
            base = len(ranked) if award.of == "ranked" else len(self.rows(pool, ranked=False))
            last = fraction(award.last or 1) if award.by == "rank" else fraction(award.percent or 0) * base / 100
            ranks = _ranks_in(ranked, own=pool[0] == "" or self.rules.rank_within == "class")
            return [row for row in able if _in_rank_range(award, ranks[row.entry], last, list(ranks.values()))]
        if award.by == "medal":
            owners = self._medals(pool, ranked)
            return [row for row in able if owners.get(row.entry) == award.medal]
        if quota is None:
            return able
        return able[: award_cut_with_ties(_tie_groups(able), quota, award.boundary_tie)]

    def _medals(self, pool: Pool, ranked: Sequence[Standing]) -> dict[str, str]:
        """Medals by entry; a barred entry's place goes to the next."""
        rule = self.rules.medals
        if rule is None:
            return {}
        values = values_on(self.rules, self.result, rule.on)
        able = [row.entry for row in ranked if not row.award_barred and row.entry in values]
        entrants = len(self.rows(pool, ranked=False))
        kinds = medals_for(entrants) if rule.by_entrants else (GOLD, SILVER, BRONZE)
        found = share_medals([values[code] for code in able], rule.tie, rule.excellence, kinds)
        return dict(zip(able, found, strict=True))

    def _within_limit(self, chosen: list[Standing]) -> list[Standing]:
        """Cut a tier that would make more winners than the rules allow; those tied at the cut go together."""
        new = [row for row in chosen if row.entry not in self.winners]
        room = None if self.most is None else max(0, self.most - len(self.winners))
        if room is None or len(new) <= room:
            return chosen
        kept = {row.entry for row in new[: award_cut_with_ties(_tie_groups(new), room, "shrink")]} | self.winners
        return [row for row in chosen if row.entry in kept]


def _ranks_in(ranked: Sequence[Standing], *, own: bool) -> dict[str, Fraction]:
    """The ranks in a pool: the published ones, or in a class of an event's ranking the places among its own."""
    if own:
        return {row.entry: Fraction(row.rank or 0) for row in ranked}
    groups = _tie_groups(ranked)
    return {row.entry: Fraction(1 + group) for row, group in zip(ranked, groups, strict=True)}


def _reaches(award: Award, row: Standing) -> bool:
    if award.min is not None and (row.published is None or row.published < award.min):
        return False
    values = (
        (tie_value(row.tree, TieBreak(part.by, part.ref, stage=part.stage)), part.min) for part in award.conditions
    )
    return all(value is not None and value >= least for value, least in values)


def _tie_groups(rows: Sequence[Standing]) -> list[int]:
    """Number the groups of rows that are still tied: equal ranks mean a tie only where the row says so."""
    numbers: list[int] = []
    for index, row in enumerate(rows):
        same = index > 0 and row.tied and rows[index - 1].tied and _same_place(row, rows[index - 1])
        numbers.append(numbers[-1] if same else index)
    return numbers


def _same_place(row: Standing, other: Standing) -> bool:
    # Under ordinal ranking tied rows have different ranks; what stays equal is total and last decision.
    return row.rank == other.rank or (row.total == other.total and row.decided_by == other.decided_by)


def _in_rank_range(award: Award, rank: Fraction, last: Fraction, ranks: Sequence[Fraction]) -> bool:
    if not (award.first or 1) <= rank <= last:
        return False
    if award.boundary_tie == "expand":
        return True
    return sum(1 for other in ranks if other <= rank) <= last


def _cut_by_tie(chosen: Sequence[Standing], waiting: Sequence[Standing], quota: int) -> bool:
    """Whether a tie, and not a lack of able entries, made the tier larger or smaller than its quota."""
    return len(chosen) > quota or (len(chosen) < quota < len(waiting))


def _grant(award: Award, place: int, row: Standing, quota: int | None, pool: Pool) -> AwardGrant:
    shared = quota is not None and place > quota
    return AwardGrant(row.entry, award.id, row.rank or "", place, award.by, quota, shared, pool[0])


def prize_totals(rules: RuleSet, grants: Sequence[AwardGrant]) -> tuple[Decimal, Decimal]:
    """Money in yuan and points of all grants: two ledgers, never one sum (INNO-1)."""
    awards = {award.id: award for award in rules.awards}
    money = sum((awards[grant.award_id].money or Decimal(0) for grant in grants), Decimal(0))
    return money, sum((awards[grant.award_id].points or Decimal(0) for grant in grants), Decimal(0))


@dataclass(frozen=True, slots=True)
class BoundFinding:
    """How many winners are of a category, and how many the rules want at least and at most."""

    category: str
    have: int
    least: int
    most: int | None

    @property
    def is_kept(self) -> bool:
        """Whether the winners are within the bounds."""
        return self.have >= self.least and (self.most is None or self.have <= self.most)


def bound_findings(
    rules: RuleSet, entries: Sequence[EntryInput], grants: Sequence[AwardGrant]
) -> tuple[BoundFinding, ...]:
    """Compare the winners with the bounds of the rule set. A committee acts on it; nobody is moved by a program."""
    winners = {grant.entry for grant in grants}
    found = []
    for bound in rules.award_bounds:
        have = sum(1 for entry in entries if entry.code in winners and bound.category in entry.categories)
        least = least_places(len(winners), {"": bound.min_percent or 0})[""]
        most = None if bound.max_percent is None else most_places(len(winners), {"": bound.max_percent})[""]
        found.append(BoundFinding(bound.category, have, least, most))
    return tuple(found)
