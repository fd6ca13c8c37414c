"""The report's pictures, for page and PDF alike. The title of each is its message."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from contest.documents.charts import Bar, Interval, Line, bar_chart, interval_chart, line_chart
from contest.fairness import wording
from contest.i18n import gettext

Row = Mapping[str, Any]
NOTABLE = frozenset({"strict", "lenient", "up", "down", "stands_out"})


def pictures(body: Row) -> dict[str, str]:
    """Section -> SVG, '' where there are not enough marks."""
    return {
        "severity": _severity(body),
        "spread": _spread(body),
        "drift": _drift(body),
        "own": _own(body),
        "removal": _removal(body),
        "lines": _lines(body),
    }


def _severity(body: Row) -> str:
    rows = [
        Interval(row["judge"], Fraction(row["gap"]), wording.signed(row["gap"]), _exact(row["low"]),
                 _exact(row["high"]), row["verdict"] in NOTABLE)
        for row in body["severity"] if row["gap"] is not None
    ]  # fmt: skip
    return interval_chart(wording.severity_title(body), rows, ends=(gettext("偏严"), gettext("偏松"))) if rows else ""


def _spread(body: Row) -> str:
    bars = [Bar(row["judge"], Fraction(row["spread"]), row["spread"]) for row in body["severity"] if row["spread"]]
    return bar_chart(gettext("各裁判给分的离散程度（标准差）"), bars) if bars else ""


def _drift(body: Row) -> str:
    rows = [row for row in body["drift"] if row["parts"]]
    if not rows:
        return ""
    ticks = [gettext("第 %(n)s 段") % {"n": number} for number in range(1, len(rows[0]["parts"]) + 1)]
    lines = [
        Line(row["judge"], [Fraction(part) for part in row["parts"]], chosen=row["verdict"] in NOTABLE)
        for row in rows
    ]  # fmt: skip
    return line_chart(wording.drift_title(body), ticks, lines, low=0, high=0)


def _own(body: Row) -> str:
    rows = [
        Interval(wording.own_label(row), Fraction(row["difference"]), wording.signed(row["difference"]),
                 chosen=row["verdict"] in NOTABLE)
        for row in body.get("own", ()) if row["difference"] is not None
    ]  # fmt: skip
    ends = gettext("对别的单位更高"), gettext("对本单位更高")
    return interval_chart(wording.own_title(body), rows, ends=ends) if rows else ""


def _removal(body: Row) -> str:
    rows = [row for row in body.get("removal", ()) if row["possible"]]
    bars = [Bar(row["judge"], row["changed"], str(row["changed"]), _crosses(row)) for row in rows]
    return bar_chart(wording.removal_title(body), bars) if bars else ""


def _crosses(row: Row) -> bool:
    return any(crossed["up"] or crossed["down"] for crossed in row["crossed"])


def _lines(body: Row) -> str:
    lines: Sequence[Row] = body.get("lines", ())
    smallest = min((Fraction(line["gap"]) for line in lines), default=Fraction(0))
    bars = [
        Bar(wording.line_label(line), Fraction(line["gap"]), line["gap"], Fraction(line["gap"]) == smallest)
        for line in lines
    ]  # fmt: skip
    return bar_chart(gettext("分界线两侧相差多少分"), bars) if bars else ""


def _exact(text: str | None) -> Fraction | None:
    return None if text is None else Fraction(text)
