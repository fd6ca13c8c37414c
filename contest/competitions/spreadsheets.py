"""The rubric as a workbook: one row per criterion or aspect, the same boxes as the editor, in both directions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, cast

from contest.competitions import field_choices as lists
from contest.competitions.aspect_boxes import ASPECT_BOXES
from contest.competitions.boxes import CRITERION_BOXES
from contest.competitions.fields import Box, values_of
from contest.core import canonical
from contest.core.rubric import Aspect, Criterion
from contest.core.ruleset import RuleSet
from contest.documents.workbook import Column, Sheet, build_template, export_rows
from contest.i18n import N_, gettext

CRITERION = "criterion"
YES_NO: lists.Choices = (("1", N_("是")), ("0", N_("否")))
OTHER_LEVELS = "levels.other"
_WIDE = {"title": 36, "note": 36, "parent": 12, "stage": 12, "id": 12}
_LONGEST = 2000


def _column(box: Box, title: str) -> Column:
    choices = YES_NO if box.kind == "flag" else box.choices
    kind = {"number": "decimal", "whole": "integer"}.get(box.kind, "choice" if choices else "text")
    return Column(
        key=box.name, title_zh=title, kind=cast("Any", kind), choices=choices, hint=box.hint, max_length=_LONGEST,
        width=_WIDE.get(box.name, 12 if kind != "text" else 24), required=box.name in {"id", "kind"},
    )  # fmt: skip


def _columns() -> Iterator[Column]:
    yield Column(key="stage", title_zh=N_("阶段编号"), width=12, hint=N_("只有一个阶段时可以不填。"))
    yield Column(
        key="parent", title_zh=N_("上级编号"), width=12, example="A",
        hint=N_("所属评分项的编号，那一行要写在上面；最上层的评分项不填。"),
    )  # fmt: skip
    before = ""
    for box in ASPECT_BOXES:
        title = box.label
        if box.name.endswith(".mode"):
            title = f"{before}·{box.label}"  # three roundings have a mode each: say of what
        elif box.kind == "level":
            title = box.label % {"n": box.name[-1]}
        before = box.label
        column = _column(box, title)
        yield _with_criterion(column) if box.name == "kind" else column
    yield Column(
        key=OTHER_LEVELS, title_zh=N_("其他等级"), width=24, max_length=_LONGEST,
        hint=N_("0–3 以外的等级，每行一个，写成 分=说明。"),
    )  # fmt: skip
    for box in CRITERION_BOXES:
        if box.name in {"floor", "cap", "cap_order", "best"}:
            yield _column(box, box.label)


def _with_criterion(column: Column) -> Column:
    choices = ((CRITERION, N_("评分项")), *column.choices)
    return Column(key=column.key, title_zh=column.title_zh, kind="choice", choices=choices, required=True, width=16)


RUBRIC_SHEET = Sheet(
    title="评分标准",
    columns=tuple(_columns()),
    instructions=(
        N_("一行是一个评分项（树枝）或一个评分点（树叶）。评分点必须有上级编号。"),
        N_("评分项的“最高分”只用来核对：与它下面各评分点之和不符时会提醒。"),
        N_("上传后，表中出现的阶段的评分标准整体换成表里的内容；有一处错误就都不换。"),
        N_("示例：先写一行 类型=评分项、编号=A、名称=优质；下一行 上级编号=A、类型=评委打分、编号=A1、最高分=20。"),
    ),
)  # fmt: skip


def rubric_template() -> bytes:
    """The empty workbook with validation lists and an instruction sheet."""
    return build_template(RUBRIC_SHEET, gettext)


def rubric_workbook(rules: RuleSet) -> bytes:
    """The rubric of all stages in the template's own format: uploading it again gives an equal rubric."""
    rows = [row for stage in rules.stages for top in stage.rubric for row in _rows(stage.id, "", top)]
    return export_rows(RUBRIC_SHEET.columns, rows, title=RUBRIC_SHEET.title)


def _rows(stage: str, parent: str, part: Criterion | Aspect) -> Iterator[dict[str, object]]:
    plain = cast("dict[str, Any]", canonical.to_plain(part))
    kind = "criterion" if isinstance(part, Criterion) else "aspect"
    texts = values_of(kind, plain)
    if isinstance(part, Criterion):
        texts |= {"kind": CRITERION, "max": texts.pop("declared_max")}
    else:
        texts[OTHER_LEVELS] = "\n".join(f"{mark}={text}" for mark, text in part.levels if mark not in "0123")
    cells = {column.key: _cell(column, texts.get(column.key, "")) for column in RUBRIC_SHEET.columns}
    yield cells | {"stage": stage, "parent": parent}
    for child in part.children if isinstance(part, Criterion) else ():
        yield from _rows(stage, part.id, child)


def _cell(column: Column, text: str) -> object:
    if not text:
        return None
    if column.kind == "integer":
        return int(text)
    return Decimal(text) if column.kind == "decimal" else text


def typed_texts(values: Mapping[str, object]) -> dict[str, str]:
    """A read row as the editor's boxes: numbers without exponent, 否 as an empty flag."""
    flags = {column.key for column in RUBRIC_SHEET.columns if column.choices == YES_NO}
    return {
        key: ""
        if value is None or (key in flags and value == "0")
        else canonical.plain_decimal(value) if isinstance(value, Decimal) else str(value)
        for key, value in values.items()
    }  # fmt: skip
