"""Labelled statistics beside a result, as columns: a scale is shown and explained, and never ranks anybody."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from contest.core.beside import statistics_of
from contest.core.numbers import decimal_places, round_decimal
from contest.core.ruleset import RuleSet, Statistic
from contest.core.scoring import Result
from contest.i18n import N_, gettext

BESIDE = N_("“%(title)s”由总分换算，只供参考：不用来排名，也不是世赛官方分。")
OF_MEDALS = N_("“%(title)s”由总分换算，奖牌按它的差距评定：不用来排名，也不是世赛官方分。")


@dataclass(frozen=True, slots=True)
class Scale:
    """One statistic: values by entry code, each with `places` decimals; `note` says what it is not (rules.md 1)."""

    id: str
    title: str
    decides_medals: bool
    places: int
    of: Mapping[str, Decimal]

    def shown(self, code: str) -> str:
        """The value of an entry as it is printed, empty without one."""
        return format(self.of[code], "f") if code in self.of else ""

    @property
    def note(self) -> str:
        return scale_note(self.title, decides_medals=self.decides_medals)


def scale_note(title: str, *, decides_medals: bool) -> str:
    """What a scale is not, in the current language: it stands under every table that shows one."""
    return gettext(OF_MEDALS if decides_medals else BESIDE) % {"title": title}


def scales_of(rules: RuleSet, result: Result) -> list[Scale]:
    """The statistics of a result in the rule set's order; entries without a total have no value."""
    values = statistics_of(rules, result)
    return [_scale(item, rules, values[item.id]) for item in rules.statistics]


def _scale(item: Statistic, rules: RuleSet, values: Mapping[str, Fraction]) -> Scale:
    # A bound may have more decimals than the scale, and a value that stands on it keeps them.
    places = max([item.places, *(decimal_places(value) or 0 for value in values.values())])
    decides_medals = rules.medals is not None and rules.medals.on == item.id
    of = {code: round_decimal(value, places) for code, value in values.items()}
    return Scale(item.id, item.title or item.id, decides_medals, places, of)
