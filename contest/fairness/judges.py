"""What the marks say about each judge: severity, spread, drift; and about the panel: agreement, outliers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Any

from contest.core.agreement import icc, kendall_w, krippendorff_alpha
from contest.core.marks import format_units
from contest.core.problems import CoreError
from contest.core.rubric import Aspect
from contest.core.statistics import mad_outliers
from contest.fairness import measures
from contest.fairness.measures import MIN_ORDER, MIN_SAMPLE, RISK, mean, number
from contest.fairness.panel import Gaps, Panel, Reading, Unit, largest_block

OUTLIER_K = 3
"""Median absolute deviations, scaled to a normal's standard deviation (rules.md 6, OUT-1 to OUT-3)."""
OUTLIERS_SHOWN = 40
TOLERANCE = Fraction(3, 100)
"""Share of the range below which nothing is an outlier, however close the others are; at least two steps."""
PARTS = 5

Row = dict[str, Any]


def severity(panel: Panel, gaps: Gaps, units: Sequence[Unit], apart: Sequence[Row]) -> list[Row]:
    """One row per judge: mean gap with its interval, spread of their marks, agreement with the others, outliers."""
    flagged = Counter(row["judge"] for row in apart)
    counted = Counter(reading.judge for reading in panel.readings)
    spreads = {judge: _spread(judge, units) for judge in panel.judges}
    usual = _median([value for value in spreads.values() if value])
    rows = []
    for judge in panel.judges:
        own = list(gaps[judge].values())
        width = spreads[judge]
        rows.append({
            "judge": judge, "marks": counted[judge], "recused": panel.recused.get(judge, 0),
            "outliers": flagged[judge], **_gap(panel, own),
            "spread": None if width is None else number(width * float(panel.scale)),
            "spread_ratio": number(width / usual) if width is not None and usual and len(units) >= MIN_SAMPLE else None,
            "follows": _follows(judge, units),
        })  # fmt: skip
    return rows


def _spread(judge: str, units: Sequence[Unit]) -> float | None:
    return measures.spread([unit.values[judge] for unit in units if judge in unit.values])


def _gap(panel: Panel, own: Sequence[Fraction]) -> Row:
    """Mean gap, its interval, and the verdict: `few`, `level`, `strict` or `lenient`."""
    if not own:
        return {"gap": None, "low": None, "high": None, "verdict": "few", "performances": 0}
    bounds = measures.interval([gap * panel.scale for gap in own], len(panel.judges))
    middle = mean(own) * panel.scale
    verdict = "few" if len(own) < MIN_SAMPLE else "level"
    if bounds and bounds[0] > 0:
        verdict = "lenient"
    elif bounds and bounds[1] < 0:
        verdict = "strict"
    low, high = (number(bounds[0]), number(bounds[1])) if bounds else (None, None)
    return {"gap": number(middle), "low": low, "high": high, "verdict": verdict, "performances": len(own)}


def _follows(judge: str, units: Sequence[Unit]) -> str | None:
    """Spearman's rank correlation of the judge's marks with the mean of the other judges'."""
    own, rest = [], []
    for unit in units:
        others = [value for other, value in unit.values.items() if other != judge]
        if judge in unit.values and others:
            own.append(unit.values[judge])
            rest.append(mean(others))
    found = measures.rank_correlation(own, rest) if len(own) >= MIN_SAMPLE else None
    return None if found is None else number(found[0])


def _median(values: Sequence[float]) -> float | None:
    return sorted(values)[len(values) // 2] if values else None


def agreement(panel: Panel, units: Sequence[Unit]) -> Row:
    """Kendall's W and the ICC on the largest full table, Krippendorff's alpha on everything; None with a reason."""
    judges, table = largest_block(units)
    paired = [list(unit.values.values()) for unit in units if len(unit.values) > 1]
    found: Row = {"judges": len(judges), "entries": len(table), "paired": len(paired), "of": len(panel.judges)}
    enough = len(table) >= MIN_SAMPLE
    found["w"] = _figure(lambda: kendall_w(_places(table)), enough=enough)
    found["icc_one"] = _figure(lambda: icc(table, mean_of_panel=False), enough=enough)
    found["icc_mean"] = _figure(lambda: icc(table), enough=enough)
    found["alpha"] = _figure(lambda: krippendorff_alpha(paired), enough=len(paired) >= MIN_SAMPLE)
    return found


def _figure(make: Callable[[], Fraction], *, enough: bool) -> Row:
    """`value` as text, or `why` there is none: `few` or `equal`."""
    if not enough:
        return {"value": None, "why": "few"}
    try:
        return {"value": number(make()), "why": ""}
    except CoreError:
        return {"value": None, "why": "equal"}


def _places(table: Sequence[Sequence[Fraction]]) -> list[list[Fraction]]:
    """A row of mean places per judge, the best first."""
    columns = list(zip(*table, strict=True))
    return [[_place(value, column) for value in column] for column in columns]


def _place(value: Fraction, column: Sequence[Fraction]) -> Fraction:
    better = sum(other > value for other in column)
    same = sum(other == value for other in column)
    return Fraction(2 * better + same + 1, 2)


def outliers(panel: Panel) -> list[Row]:
    """Marks far from the median of the same thing: more than 3 scaled MADs and more than the tolerance. Only told."""
    rows: list[Row] = []
    for (entry, period, aspect_id, repetition), readings in panel.places().items():
        aspect = panel.aspects[aspect_id]
        units = [reading.units for reading in readings]
        found = mad_outliers(units, OUTLIER_K, _floor(aspect)) if len(units) > 2 else ()  # noqa: PLR2004
        rows += [_outlier(aspect, entry, period, repetition, readings, position) for position in found]
    return sorted(rows, key=lambda row: (-row.pop("far"), row["entry"], row["judge"]))


def _outlier(
    aspect: Aspect, entry: str, period: str, repetition: int, readings: Sequence[Reading], position: int
) -> Row:
    reading = readings[position]
    others = sorted(other.units for other in readings if other is not reading)
    far = abs(reading.share - mean([other.share for other in readings]))
    return {
        "entry": entry, "period": period, "aspect": aspect.id, "title": aspect.title or aspect.id,
        "repetition": repetition if aspect.repetitions > 1 else 0, "judge": reading.judge,
        "mark": format_units(reading.units, aspect.decimals),
        "others": [format_units(units, aspect.decimals) for units in others], "far": far,
    }  # fmt: skip


def _floor(aspect: Aspect) -> Fraction:
    """The absolute tolerance in units of the mark."""
    low, high = (Fraction(bound or 0) for bound in aspect.mark_bounds())
    step = Fraction(aspect.step or Decimal(1).scaleb(-aspect.decimals))
    floor: Fraction = max((high - low) * TOLERANCE, 2 * step)
    return floor * Fraction(10) ** aspect.decimals


def drift(panel: Panel, gaps: Gaps, times: Mapping[tuple[str, str, str], int]) -> list[Row]:
    """How each judge's gap moves from their first sheet to their last. `times`: (judge, entry, period) -> milliseconds.

    Only sheets that the judge typed have a time. `change` is the slope of Theil and Sen over the whole row.
    """
    return [_drift(panel, judge, gaps[judge], times) for judge in panel.judges]


def _drift(panel: Panel, judge: str, own: Mapping[Any, Fraction], times: Mapping[tuple[str, str, str], int]) -> Row:
    sheets: dict[tuple[str, str], list[Fraction]] = {}
    for (entry, period, _), gap in own.items():
        if (judge, entry, period) in times:
            sheets.setdefault((entry, period), []).append(gap * panel.scale)
    order = sorted(sheets, key=lambda key: (times[judge, *key], key))
    row = [mean(sheets[key]) for key in order]
    found: Row = {"judge": judge, "sheets": len(row), "rho": None, "change": None, "verdict": "few", "parts": []}
    if len(row) < MIN_ORDER:
        return found
    found["parts"] = [number(mean(part)) for part in _cut(row)]
    trend = measures.rank_correlation(row, range(len(row)))
    if trend is None:
        return found | {"verdict": "steady"}
    moves = trend[1] < RISK / len(panel.judges)
    verdict = ("up" if trend[0] > 0 else "down") if moves else "steady"
    return found | {"rho": number(trend[0]), "change": number(measures.slope(row) * (len(row) - 1)), "verdict": verdict}


def _cut(row: Sequence[Fraction]) -> list[Sequence[Fraction]]:
    """The row in fifths, earlier ones first."""
    ends = [len(row) * part // PARTS for part in range(PARTS + 1)]
    return [row[start:end] for start, end in pairwise(ends)]
