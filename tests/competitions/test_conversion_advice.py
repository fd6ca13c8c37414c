"""Conversions with gaps, overlaps or ends that are not covered are named in the editor (docs/rule-set.md)."""

import pytest

from contest.competitions.advice import advice_on
from contest.competitions.outline import outline

MEASURED = {"id": "A", "title": "完成率", "kind": "measured", "max": "10", "measure": {"min": "0", "max": "5"}}
JUDGED = {"id": "A", "title": "效益", "max": "30"}


def advice(aspect: dict) -> list[tuple[str, str]]:
    document = {"title": "办法", "stages": [
        {"id": "s", "title": "初评", "rubric": [{"id": "C", "title": "技术", "children": [aspect]}]}]}  # fmt: skip
    found = outline(document)
    assert found.faults == ()
    return [(fault.field, fault.text) for fault in advice_on(found)]


def bands(*rows: list[str], **more: str) -> dict:
    return MEASURED | {"conversion": {"name": "bands", "bands": list(rows), **more}}


def table(*values: str, decimals: int = 0, **more: str) -> dict:
    rule = {"name": "table", "table": [[value, "1"] for value in values], **more}
    return MEASURED | {"decimals": decimals, "conversion": rule}


def pieces(*values: str) -> dict:
    return MEASURED | {"conversion": {"name": "pieces", "points": [[value, str(n)] for n, value in enumerate(values)]}}


def limits(*rows: list[str], decimals: int = 0) -> dict:
    return JUDGED | {"decimals": decimals, "limits": {"measure": "benefit", "bands": list(rows)}}


@pytest.mark.parametrize(
    ("aspect", "field", "words"),
    [
        (bands(["2", "5"], ["4", "10"]), "conversion.bands", "第一档从 2 起；更小的值现在都得 0 分"),
        # 0 to 3 grows by 2 a unit to 6, but the next band begins with 4
        (bands(["0", "0", "1", "2"], ["3", "4"]), "conversion.bands", "增长到 3 时已到 6 分，下一档却从 4 分起"),
        (table("0", "1", "2", "4", "5"), "conversion.other", "对照表里没有 3"),
        (table("1", "2", "3", "4"), "conversion.other", "对照表里没有 0、5"),
        (table("1", "2", decimals=1), "conversion.other", "只有表里的 2 个值填得了"),
        (pieces("1", "5"), "conversion.points", "可以从 0 到 5，折线的点只从 1 到 5"),
        (pieces("0", "4"), "conversion.points", "可以从 0 到 5，折线的点只从 0 到 4"),
        (limits(["1", "0", "30"]), "limits.bands", "第一档从 1 起"),
        (limits(["0", "10", "14"], ["10", "16", "25"]), "limits.bands", "最高 14 分，下一档最低 16 分，中间的分谁"),
        (limits(["0", "10", "14"], ["10", "15", "25"], decimals=1), "limits.bands", "中间的分谁也得不到"),
        (limits(["0", "10", "15"], ["10", "14", "25"]), "limits.bands", "两档的分数段重叠"),
    ],
)  # fmt: skip
def test_a_gap_is_named_at_its_box(aspect, field, words):
    [(box, text)] = advice(aspect)
    assert box == field
    assert words in text


@pytest.mark.parametrize(
    "aspect",
    [
        bands(["0", "5"], ["4", "10"]), bands(["2", "5"], below="0"), bands(["0", "0", "1", "2"], ["3", "6"]),
        bands(["0", "9"], ["3", "4"]), table("0", "1", "2", "3", "4", "5"), table("1", "3", other="0"),
        pieces("0", "5"),
        limits(["0", "10", "14"], ["10", "15", "25"], ["50", "26", "30"]), limits(["0", "20", "30"], ["10", "0", "19"]),
    ],
)  # fmt: skip
def test_what_covers_everything_is_left_alone(aspect):
    assert advice(aspect) == []
