"""Labelled statistics beside a result: scales of the rule set, computed from the totals and never ranked by."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from contest.core.ruleset import RuleSet, Statistic
from contest.core.scale import scale_mean_sd, scale_median_mad
from contest.core.scoring import Result


def statistics_of(rules: RuleSet, result: Result) -> dict[str, dict[str, Fraction]]:
    """Statistic id -> entry -> value, of the entries that have a total (SCALE-1…4)."""
    return {item.id: _values(item, result) for item in rules.statistics}


def values_on(rules: RuleSet, result: Result, name: str) -> Mapping[str, Fraction]:
    """The values of a statistic by entry, or the totals if `name` is `total`."""
    if name == "total":
        return {row.entry: row.total for row in result.standings if row.total is not None}
    return _values(next(item for item in rules.statistics if item.id == name), result)


def _values(item: Statistic, result: Result) -> dict[str, Fraction]:
    totals = {row.entry: row.total for row in result.standings if row.total is not None}
    if not totals:
        return {}
    bounds = (item.min, item.max)
    values = list(totals.values())
    if item.name == "scale_mean_sd":
        found = scale_mean_sd(values, item.centre, item.spread, bounds, item.places, sample=item.sd == "sample")
    else:
        found = scale_median_mad(values, item.centre, item.spread, bounds, item.places)
    return dict(zip(totals, found, strict=True))
