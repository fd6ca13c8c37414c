"""Charts as markup: geometry by hand, words for those who can't see, nothing a page forbids."""

import io
import re
from collections.abc import Callable
from decimal import Decimal
from itertools import pairwise
from xml.etree.ElementTree import Element

import pytest
from defusedxml.ElementTree import fromstring
from pypdf import PdfReader

from contest.documents.charts import (
    Bar,
    Dot,
    Interval,
    Line,
    Strip,
    bar_chart,
    funnel_chart,
    interval_chart,
    line_chart,
    s_curve,
    strip_plot,
)
from contest.documents.charts.frame import fitted
from contest.documents.pdf import html_to_pdf

SVG = "{http://www.w3.org/2000/svg}"
EVIL = '"><script>alert(1)</script>&\x00'
MAKERS: dict[str, Callable[[str], str]] = {
    "bars": lambda word: bar_chart(word, [Bar(word, 3, word, chosen=True), Bar(word, -1, word)]),
    "funnel": lambda word: funnel_chart(word, [Bar(word, 3, word), Bar(word, 0, word)]),
    "lines": lambda word: line_chart(word, [word, word], [Line(word, [1, 2], word), Line(word, [None, None])]),
    "s-curve": lambda word: s_curve(word, [word, word], [0, 100], [0, None], names=(word, word)),
    "strips": lambda word: strip_plot(
        word, [Strip(word, [Dot(1, word, word, chosen=True), Dot(2, word, word)])], low=0, high=3
    ),
    "intervals": lambda word: interval_chart(
        word, [Interval(word, 1, word, 0, 2, chosen=True), Interval(word, -1, word)], ends=(word, word)
    ),
    "no intervals": lambda word: interval_chart(word, []),
    "no bars": lambda word: bar_chart(word, []),
    "no lines": lambda word: line_chart(word, [], []),
    "no plan": lambda word: s_curve(word, [], [], []),
    "no strips": lambda word: strip_plot(word, [], low=0, high=0),
}


def parsed(svg: str) -> Element:
    """The chart as a page's parser sees it: inside HTML an svg needs no name space, in XML it does."""
    root: Element = fromstring(svg.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1))
    return root


def texts(svg: str) -> list[str]:
    return [text.text or "" for text in parsed(svg).iter(f"{SVG}text")]


@pytest.mark.parametrize("make", MAKERS.values(), ids=MAKERS.keys())
def test_every_chart_escapes_its_words_and_has_a_name_and_a_description(make: Callable[[str], str]) -> None:
    root = parsed(make(EVIL))
    title, description = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
    assert title is not None
    assert description is not None
    assert title.text == EVIL.replace("\x00", "")
    assert root.get("role") == "img"
    assert root.get("aria-labelledby") == f"{title.get('id')} {description.get('id')}"
    assert not list(root.iter(f"{SVG}script"))


@pytest.mark.parametrize("make", MAKERS.values(), ids=MAKERS.keys())
def test_no_chart_needs_what_a_strict_page_forbids(make: Callable[[str], str]) -> None:
    for element in parsed(make("甲")).iter():
        assert not {name for name in element.attrib if name == "style" or name.startswith("on")}


def test_bars_are_as_long_as_their_values() -> None:
    root = parsed(bar_chart("标题", [Bar("甲", 100, "100"), Bar("乙", 25, "25"), Bar("丙", Decimal(0), "0")]))
    widths = [Decimal(rect.get("width", "")) for rect in root.iter(f"{SVG}rect")]
    assert widths == [widths[0], widths[0] / 4, 0]
    assert widths[0] > 300


def test_equal_gaps_on_either_side_are_equally_long() -> None:
    rows = [Interval("甲", 2, "+2", 1, 4), Interval("乙", -2, "-2")]
    root = parsed(interval_chart("标题", rows, ends=("严", "松")))
    middle, whisker = (path.get("d", "") for path in root.iter(f"{SVG}path"))
    zero = int(re.findall(r"\d+", middle)[0])
    low, high = (int(found) for found in re.findall(r"M(\d+) \d+V", whisker))
    right, left = (Decimal(circle.get("cx", "")) for circle in root.iter(f"{SVG}circle"))
    assert right - zero == zero - left
    assert abs((high - zero) - 4 * (low - zero)) <= 3, "coordinates are whole"


def test_a_negative_bar_ends_at_zero() -> None:
    first, second = parsed(bar_chart("标题", [Bar("甲", 30, "30"), Bar("乙", -10, "−10")])).iter(f"{SVG}rect")
    assert Decimal(second.get("x", "")) + Decimal(second.get("width", "")) == Decimal(first.get("x", ""))


def test_a_line_breaks_where_a_value_is_missing_and_a_lone_value_is_a_point() -> None:
    root = parsed(line_chart("标题", ["1", "2", "3", "4"], [Line("甲", [0, 10, None, 5])]))
    path = next(path.get("d", "") for path in root.iter(f"{SVG}path") if path.get("fill") == "none")
    assert re.fullmatch(r"M\d+ 266L\d+ 16M\d+ 141", path)
    assert [circle.get("cy") for circle in root.iter(f"{SVG}circle")] == ["141.0"]


def test_names_at_the_ends_of_lines_do_not_overlap() -> None:
    root = parsed(line_chart("标题", ["1", "2"], [Line(name, [0, 50], "50") for name in "甲乙丙丁"], low=0, high=100))
    heights = sorted(
        Decimal(text.get("y", "")) for text in root.iter(f"{SVG}text") if (text.text or "").endswith(" 50")
    )
    assert len(heights) == 4
    assert all(lower - upper >= 14 for upper, lower in pairwise(heights))


def test_the_s_curve_runs_from_nothing_to_all_and_tells_where_the_work_stands() -> None:
    svg = s_curve("落后 8 个百分点", ["1月", "2月", "3月"], [10, 50, 100], [8, 42, None])
    assert {"0", "50", "100", "计划 100%", "实际 42%"} <= set(texts(svg))
    assert "stroke-dasharray" in svg


def test_the_funnel_is_centred() -> None:
    rects = list(
        parsed(funnel_chart("漏斗", [Bar("提交", 120, "120 件"), Bar("采纳", 30, "30 件")])).iter(f"{SVG}rect")
    )
    middles = {Decimal(rect.get("x", "")) + Decimal(rect.get("width", "")) / 2 for rect in rects}
    assert max(middles) - min(middles) <= Decimal("0.1"), "coordinates are written to a tenth"
    assert Decimal(rects[0].get("width", "")) == 4 * Decimal(rects[1].get("width", ""))


def test_dots_stand_on_the_common_range_and_the_chosen_one_has_another_shape() -> None:
    root = parsed(
        strip_plot(
            "离散",
            [Strip("A", [Dot(0, "甲", "0"), Dot(10, "乙", "10"), Dot(5, "丙", "5", chosen=True)])],
            low=0,
            high=10,
        )
    )
    left, right = (Decimal(circle.get("cx", "")) for circle in root.iter(f"{SVG}circle"))
    diamond = next(path.get("d", "") for path in root.iter(f"{SVG}path") if path.get("class") == "chart-accent")
    assert diamond.startswith(f"M{round((left + right) / 2)} ")
    assert "0–10" in texts(strip_plot("离散", [Strip("A", [Dot(0, "甲", "0"), Dot(10, "乙", "10")])], low=0, high=10))


@pytest.mark.parametrize(
    ("text", "width", "shown"), [("甲乙丙", 42, "甲乙丙"), ("甲乙丙丁", 42, "甲乙…"), ("abcdef", 24, "a…"), ("", 5, "")]
)
def test_a_long_label_is_cut_to_its_room(text: str, width: int, shown: str) -> None:
    assert fitted(text, width) == shown


def test_charts_print_with_their_words_as_text() -> None:
    svg = bar_chart("得分", [Bar("䶮㛃单位", 9, "9.50 分", chosen=True)])
    text = PdfReader(io.BytesIO(html_to_pdf(f"<html><body>{svg}</body></html>"))).pages[0].extract_text()
    assert "䶮㛃单位" in text
    assert "9.50 分" in text
