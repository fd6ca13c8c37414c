"""JSON -> stages: panel, periods, advancement. Contradictions are named, never settled silently."""

from __future__ import annotations

from decimal import Decimal

from contest.core.parsing_rubric import read_criterion, read_method, read_normalise, rounding_of
from contest.core.reader import Reader, read_whole, report_duplicates
from contest.core.stage_rules import Advance, Late, Panel, Period, Places, Section, Stage

ACCUMULATIONS = ("sum", "mean", "weighted", "mean_of_groups")
SCOPES = ("aspect", "sheet", "ranks")
RANK_METHODS = ("skating", "borda")
SHARE_ROUNDINGS = ("half_up", "half_even", "half_down", "floor", "ceil")
_WHOLE = 100  # per cent


def check_weights(reader: Reader, key: str, weights: list[Decimal]) -> None:
    """Report weights that do not sum to 1."""
    total = sum(weights, Decimal(0))
    if weights and total != 1:
        reader.report(key, "weights_must_sum_to_1", sum=format(total, "f"))


def percent_of(reader: Reader, key: str = "percent") -> Decimal | None:
    """Read a share from 0 to 100."""
    percent = reader.decimal(key)
    if percent is not None and not 0 <= percent <= _WHOLE:
        reader.report(key, "percent_out_of_range", min=0, max=100)
    return percent


def read_stage(reader: Reader) -> Stage:
    """Read a stage with its panel, rubric and periods."""
    inner = reader.child("panel")
    panel = Panel() if inner is None else read_whole(_read_panel, inner)
    rubric = reader.items("rubric", lambda item: read_criterion(item, panel.method), required=True)
    periods = reader.items("periods", _read_period) or (Period("1"),)
    late, advance = reader.child("late"), reader.child("advance")
    stage = Stage(
        id=reader.identifier(), title=reader.text("title"), rubric=rubric, panel=panel, periods=periods,
        weight=reader.number("weight", Decimal(1)),
        accumulate=reader.choice("accumulate", ACCUMULATIONS, "sum"),
        best=reader.whole("best", 1, 1, 10**4) if reader.has("best") else None,
        late=None if late is None else read_whole(_read_late, late),
        period_rounding=rounding_of(reader, "period_rounding"), group_rounding=rounding_of(reader, "group_rounding"),
        rounding=rounding_of(reader), advance=None if advance is None else read_whole(_read_advance, advance),
        sections=reader.items("sections", _read_section),
    )  # fmt: skip
    _check_periods(reader, stage)
    report_duplicates(reader, "periods", [period.id for period in periods])
    report_duplicates(reader, "rubric", [aspect.id for aspect in stage.aspects()])
    report_duplicates(reader, "rubric", [criterion.id for criterion in stage.criteria()])
    return stage


def _check_periods(reader: Reader, stage: Stage) -> None:
    if stage.accumulate == "weighted":
        check_weights(reader, "periods", [period.weight for period in stage.periods])
    grouped = stage.accumulate == "mean_of_groups"
    for index, period in enumerate(stage.periods):
        if grouped and not period.group:
            reader.report(f"periods[{index}].group", "required")
    if stage.group_rounding is not None and not grouped:
        reader.report("group_rounding", "only_for_groups")
    if stage.best is not None:
        if stage.accumulate not in {"sum", "mean"}:
            reader.report("best", "best_needs_sum_or_mean")
        if stage.best > len(stage.periods):
            reader.report("best", "best_above_periods", periods=len(stage.periods))


def _read_period(item: Reader) -> Period:
    group = item.identifier("group") if item.has("group") and item.raw("group") else ""
    return Period(item.identifier(), item.text("title"), item.number("weight", Decimal(1)), group)


def _read_section(item: Reader) -> Section:
    return Section(item.identifier(), item.text("title"), item.decimal("declared"))


def _read_panel(reader: Reader) -> Panel:
    method, places = reader.child("method"), reader.child("places")
    scope = reader.choice("scope", SCOPES, "aspect")
    if scope != "ranks" and places is not None:
        reader.report("places", "only_for_ranks")
    normalise = reader.child("normalise")
    if normalise is not None and scope == "ranks":
        reader.report("normalise", "normalise_not_for_ranks")
    default = Places() if scope == "ranks" else None
    return Panel(
        reader.whole("min_judges", 1, 0, 200),
        None if method is None else read_whole(read_method, method), scope,
        default if places is None else read_whole(_read_places, places),
        None if normalise is None else read_whole(read_normalise, normalise),
    )  # fmt: skip


def _read_places(reader: Reader) -> Places:
    return Places(
        reader.choice("method", RANK_METHODS, "skating"),
        reader.choice("order", ("desc", "asc"), "desc"),
        reader.choice("judge_ties", ("refuse", "share"), "refuse"),
    )


def _read_late(reader: Reader) -> Late:
    if not reader.has("each"):
        reader.report("each", "required")
    late = Late(
        reader.number("each", Decimal(0)),
        reader.choice("per", ("report", "day"), "report"), reader.decimal("most"),
    )  # fmt: skip
    for key, value in (("each", late.each), ("most", late.most)):
        if value is not None and value < 0:
            reader.report(key, "must_not_be_negative")
    return late


def _read_advance(reader: Reader) -> Advance:
    advance = Advance(
        count=reader.whole("count", 1, 1, 10**6) if reader.has("count") else None,
        percent=percent_of(reader), min=reader.decimal("min"),
        of=reader.choice("of", ("entrants", "ranked"), "entrants"),
        share_rounding=reader.choice("share_rounding", SHARE_ROUNDINGS, "half_up"),
        by=reader.choice("by", ("total", "stage"), "total"), chain=reader.flag("chain", default=True),
        tie=reader.choice("tie", ("expand", "shrink"), "expand"),
    )  # fmt: skip
    if advance.count is not None and advance.percent is not None:
        reader.report("percent", "count_or_percent")
    if advance.count is None and advance.percent is None and advance.min is None:
        reader.report("count", "required")
    return advance
