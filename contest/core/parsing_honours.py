"""JSON -> awards, medals, scales and promotion."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from contest.core.honours import Award, AwardLimit, Bound, Condition, MedalRule, Promotion, Statistic
from contest.core.medals import MEDALS
from contest.core.parsing_stage import percent_of
from contest.core.reader import Reader

AWARD_NEEDS = {
    "rank": ("last",), "share": ("percent",), "rank_share": ("percent",), "threshold": ("min",),
    "quota": ("count",), "medal": ("medal",),
}  # fmt: skip
STATISTICS = ("scale_median_mad", "scale_mean_sd")
_OF = ("entrants", "ranked")
_MOST = 10**6


def _rank(reader: Reader, key: str) -> int | None:
    return reader.whole(key, 1, 1, _MOST) if reader.has(key) else None


def _names(reader: Reader, key: str) -> tuple[str, ...]:
    """Read a list of texts."""
    found: Sequence[object] = reader.list(key)
    if all(isinstance(item, str) and item for item in found):
        return tuple(str(item) for item in found)
    reader.report(key, "texts_expected")
    return ()


def _check_ranks(reader: Reader, first: int | None, last: int | None) -> None:
    if (first or 1) > (last or _MOST):
        reader.report("last", "last_before_first")


def read_award(reader: Reader, per: str) -> Award:
    """Read a tier; `per` is what its places are counted in where it does not say so."""
    by = reader.choice("by", tuple(AWARD_NEEDS), "rank")
    for key in AWARD_NEEDS[by]:
        if not reader.has(key):
            reader.report(key, "required")
    award = Award(
        id=reader.identifier(), title=reader.text("title"), by=by,
        first=_rank(reader, "first"), last=_rank(reader, "last"), percent=percent_of(reader),
        count=reader.whole("count", 1, 0, _MOST) if reader.has("count") else None,
        min=reader.decimal("min"), of=reader.choice("of", _OF, "entrants"),
        boundary_tie=reader.choice("boundary_tie", ("expand", "shrink"), "expand"),
        medal=reader.choice("medal", ("", *MEDALS), ""), per=reader.choice("per", ("event", "class"), per),
        classes=_names(reader, "classes"), conditions=reader.items("conditions", _read_condition),
        beside=reader.flag("beside", default=False), money=reader.decimal("money"), points=reader.decimal("points"),
    )  # fmt: skip
    _check_ranks(reader, award.first, award.last)
    for key, value in (("money", award.money), ("points", award.points)):
        if value is not None and value < 0:
            reader.report(key, "must_not_be_negative")
    return award


def _read_condition(reader: Reader) -> Condition:
    if not reader.has("min"):
        reader.report("min", "required")
    return Condition(
        reader.choice("by", ("stage", "criterion", "aspect"), "stage"), reader.text("ref", None),
        reader.number("min", Decimal(0)), reader.text("stage"),
    )  # fmt: skip


def read_limit(reader: Reader) -> AwardLimit:
    """Read the greatest share of winners."""
    if not reader.has("percent"):
        reader.report("percent", "required")
    return AwardLimit(percent_of(reader) or Decimal(0), reader.choice("of", _OF, "entrants"))


def read_bound(reader: Reader) -> Bound:
    """Read the least and greatest share of one category."""
    least, most = percent_of(reader, "min_percent"), percent_of(reader, "max_percent")
    if least is None and most is None:
        reader.report("min_percent", "required")
    if least is not None and most is not None and least > most:
        reader.report("max_percent", "maximum_below_minimum")
    return Bound(reader.identifier("category"), reader.text("title"), least, most)


def read_statistic(reader: Reader) -> Statistic:
    """Read a scale; median/MAD stays within 0 and 1000 unless it says otherwise [S6]."""
    name = reader.choice("name", STATISTICS, STATISTICS[0])
    clamped = name == "scale_median_mad"
    found = Statistic(
        reader.identifier(), reader.text("title"), name,
        reader.number("centre", Decimal(700)), reader.number("spread", Decimal(30)),
        reader.number("min", Decimal(0)) if clamped else reader.decimal("min"),
        reader.number("max", Decimal(1000)) if clamped else reader.decimal("max"),
        reader.whole("places", 0, 0, 8), reader.choice("sd", ("sample", "population"), "sample"),
    )  # fmt: skip
    if found.spread <= 0:
        reader.report("spread", "must_be_positive")
    if found.min is not None and found.max is not None and found.min > found.max:
        reader.report("max", "maximum_below_minimum")
    return found


def read_medals(reader: Reader) -> MedalRule:
    """Read how medals are shared."""
    rule = MedalRule(
        reader.text("on", "total"), reader.number("tie", Decimal(2)), reader.decimal("excellence"),
        reader.flag("by_entrants", default=False),
    )  # fmt: skip
    if rule.tie < 0:
        reader.report("tie", "must_not_be_negative")
    return rule


def read_promotion(reader: Reader) -> Promotion:
    """Read a row of the promotion table; it needs an award, ranks or a mark."""
    row = Promotion(
        reader.text("grants", None), reader.text("award"), _rank(reader, "first"), _rank(reader, "last"),
        reader.decimal("min"), _names(reader, "held"),
    )  # fmt: skip
    if not row.award and row.last is None and row.min is None:
        reader.report("last", "required")
    _check_ranks(reader, row.first, row.last)
    return row
