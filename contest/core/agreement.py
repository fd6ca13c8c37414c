"""Agreement of judges as exact numbers: Kendall's W, the intraclass correlation (rules.md 6 [S43]), alpha with gaps."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from fractions import Fraction

from contest.core.numbers import Number
from contest.core.problems import CoreError


def kendall_w(places: Sequence[Sequence[Number]]) -> Fraction:
    """12 S / (m² (n³ - n) - m sum(t³ - t)), one row of places per judge; 1 is full agreement (KW-1, -2).

    Tied places are to be mean places (2.5, 2.5). Raises CoreError `incomplete_table` for rows of unequal length and
    `no_variation` where every judge put all on one place or there is nothing to compare.
    """
    judges, entries = _shape(places)
    sums = [sum((Fraction(row[column]) for row in places), Fraction(0)) for column in range(entries)]
    mean = sum(sums, Fraction(0)) / entries
    spread = sum(((value - mean) ** 2 for value in sums), Fraction(0))
    groups = [count for row in places for count in Counter(Fraction(place) for place in row).values()]
    ties = sum(count**3 - count for count in groups)
    below = judges**2 * (entries**3 - entries) - judges * ties
    if not below:
        raise CoreError("no_variation")
    return 12 * spread / below


def icc(ratings: Sequence[Sequence[Number]], *, mean_of_panel: bool = True) -> Fraction:
    """ICC(2,k) of the panel's mean, or ICC(2,1) of a single judge: one row of marks per entry (ICC-1, -2).

    Two-way random effects, absolute agreement (Shrout and Fleiss 1979). Raises CoreError `incomplete_table`
    or `no_variation`.
    """
    entries, judges = _shape(ratings)
    if min(entries, judges) < 2:  # noqa: PLR2004
        raise CoreError("no_variation")
    between, of_judges, error = _mean_squares([[Fraction(mark) for mark in row] for row in ratings])
    extra = (of_judges - error) / entries
    below = between + extra if mean_of_panel else between + (judges - 1) * error + judges * extra
    if not below:
        raise CoreError("no_variation")
    return (between - error) / below


def krippendorff_alpha(units: Sequence[Sequence[Number]]) -> Fraction:
    """1 - observed / expected disagreement, squared differences: the marks that each thing got, gaps left out.

    Krippendorff (2011), "Computing Krippendorff's Alpha-Reliability", section E, interval data. Things with fewer than
    two marks count for nothing. Raises CoreError `no_variation` where all marks are equal or none can be paired.
    """
    paired = [[Fraction(mark) for mark in unit] for unit in units if len(unit) > 1]
    marks = [mark for unit in paired for mark in unit]
    expected = _squared_differences(marks) / (len(marks) - 1) if marks else Fraction(0)
    if not expected:
        raise CoreError("no_variation")
    return 1 - sum((_squared_differences(unit) / (len(unit) - 1) for unit in paired), Fraction(0)) / expected


def _squared_differences(marks: Sequence[Fraction]) -> Fraction:
    """The sum over all pairs, each counted once: n sum(x²) - (sum x)²."""
    return len(marks) * sum((mark * mark for mark in marks), Fraction(0)) - sum(marks, Fraction(0)) ** 2


def _mean_squares(rows: Sequence[Sequence[Fraction]]) -> tuple[Fraction, Fraction, Fraction]:
    """Mean squares between entries, between judges, and of what neither explains."""
    entries, judges = len(rows), len(rows[0])
    grand = sum((sum(row, Fraction(0)) for row in rows), Fraction(0)) / (entries * judges)
    by_entry = judges * sum(((sum(row, Fraction(0)) / judges - grand) ** 2 for row in rows), Fraction(0))
    columns = list(zip(*rows, strict=True))
    by_judge = entries * sum(((sum(column, Fraction(0)) / entries - grand) ** 2 for column in columns), Fraction(0))
    total = sum(((mark - grand) ** 2 for row in rows for mark in row), Fraction(0))
    rest = total - by_entry - by_judge
    return by_entry / (entries - 1), by_judge / (judges - 1), rest / ((entries - 1) * (judges - 1))


def _shape(table: Sequence[Sequence[Number]]) -> tuple[int, int]:
    """Rows and columns of a full table."""
    widths = {len(row) for row in table}
    if len(widths) != 1 or not widths.copy().pop():
        raise CoreError("incomplete_table", rows=len(table))
    return len(table), widths.pop()
