"""Cut lines: where an award ends, who stands on either side, and how many points lie between."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from contest.core.awarding import assign_awards
from contest.core.numbers import exact_decimal, round_decimal
from contest.core.ruleset import RuleSet
from contest.core.scoring import RANKED, Result, Standing

PODIUM = (1, 3)
"""Where the rules give no awards: after the first and after the third place."""


@dataclass(frozen=True, slots=True)
class Line:
    """One boundary. `award` is the last tier above it ('' for a place of the podium, then `place` counts).

    `above` are the entries above it; `last` and `first_out` stand next to it.
    """

    award: str
    title: str
    place: int
    above: frozenset[str]
    last: Standing
    first_out: Standing

    @property
    def gap(self) -> Fraction:
        return (self.last.total or Fraction(0)) - (self.first_out.total or Fraction(0))


def cut_lines(rules: RuleSet, result: Result) -> list[Line]:
    """The boundaries of a result, best first; a line needs somebody on both sides."""
    order = [row for row in result.standings if row.status == RANKED and not row.award_barred]
    lines: list[Line] = []
    if not rules.awards:
        marks = [(("", "", place), frozenset(row.entry for row in order[:place])) for place in PODIUM]
    else:
        marks = [((award.id, award.title, 0), winners(rules, result, award.id)) for award in rules.awards]
    for (award, title, place), above in marks:
        inside = [row for row in order if row.entry in above]
        outside = [row for row in order if row.entry not in above]
        if inside and outside and all(above != line.above for line in lines):
            lines.append(Line(award, title, place, above, inside[-1], outside[0]))
    return lines


def winners(rules: RuleSet, result: Result, award: str) -> frozenset[str]:
    """The entries that get this award or a better one."""
    tiers = [tier.id for tier in rules.awards]
    better = set(tiers[: tiers.index(award) + 1])
    return frozenset(grant.entry for grant in assign_awards(rules, result) if grant.award_id in better)


def above(rules: RuleSet, result: Result, line: Line) -> frozenset[str]:
    """Who would stand above the same line in another result."""
    if line.award:
        return winners(rules, result, line.award)
    order = [row for row in result.standings if row.status == RANKED and not row.award_barred]
    return frozenset(row.entry for row in order[: line.place])


def neighbours(result: Result, lines: Sequence[Line], each_side: int) -> list[str]:
    """The entries nearest to the lines, in published order."""
    order = [row.entry for row in result.standings if row.status == RANKED and not row.award_barred]
    near: set[str] = set()
    for line in lines:
        inside = [entry for entry in order if entry in line.above]
        outside = [entry for entry in order if entry not in line.above]
        near |= {*inside[-each_side:], *outside[:each_side]}
    return [entry for entry in order if entry in near]


def plain(lines: Sequence[Line]) -> list[dict[str, Any]]:
    """The lines as JSON values; totals as texts with the same number of places throughout."""
    totals = [_exact(row.total) for line in lines for row in (line.last, line.first_out)]
    places = max((-int(total.as_tuple().exponent) for total in totals), default=0)
    return [_plain(line, places) for line in lines]


def _plain(line: Line, places: int) -> dict[str, Any]:
    return {
        "award": line.award, "title": line.title, "place": line.place,
        "last": line.last.entry, "last_total": _text(line.last.total, places), "last_rank": line.last.rank,
        "first_out": line.first_out.entry, "first_out_total": _text(line.first_out.total, places),
        "first_out_rank": line.first_out.rank, "gap": _text(line.gap, places),
    }  # fmt: skip


def _exact(value: Fraction | None) -> Decimal:
    """The decimal, with six places where none is exact."""
    exact = exact_decimal(value or Fraction(0))
    return round_decimal(value or Fraction(0), 6) if exact is None else exact


def _text(value: Fraction | None, places: int) -> str:
    return f"{round_decimal(value or Fraction(0), places):f}"
