"""From the rows of a rubric workbook to a rule-set document, or every error with its row and column."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from contest.competitions.fields import part_from
from contest.competitions.outline import problems_in
from contest.competitions.parts import Document, copied
from contest.competitions.problem_texts import fault_text, part_path
from contest.competitions.spreadsheets import CRITERION, OTHER_LEVELS, RUBRIC_SHEET, typed_texts
from contest.core.problems import Problem
from contest.documents.workbook import CellError, ParsedRow, parse_sheet
from contest.i18n import N_, gettext

UNKNOWN_STAGE = N_("第 %(row)s 行“阶段编号”是“%(value)s”，没有这个阶段；现有阶段：%(stages)s。")
WHICH_STAGE = N_("第 %(row)s 行没有填“阶段编号”；这个项目有几个阶段，请写明是哪一个：%(stages)s。")
NO_PARENT = N_("第 %(row)s 行是评分点，必须填写“上级编号”（所属评分项的编号）。")
UNKNOWN_PARENT = N_("第 %(row)s 行“上级编号”是“%(value)s”，上面没有编号为它的评分项。")
SAME_ID = N_("第 %(row)s 行“编号”是“%(value)s”，与第 %(first_row)s 行重复。")
NO_CHILDREN = N_("第 %(row)s 行的评分项“%(value)s”下面没有评分点。")
NO_MAXIMUM = N_("第 %(row)s 行是评分点，必须填写“最高分”。")
CORE_FAULT = N_("第 %(row)s 行“%(title)s”：%(text)s")


@dataclass(frozen=True)
class RubricUpload:
    """What became of a file: the new document, or the errors; `notices` are sentences worth telling either way."""

    document: Document
    errors: tuple[CellError, ...] = ()
    notices: tuple[str, ...] = ()
    rows: int = 0
    errors_in_sheet: bool = True


@dataclass
class _Tree:
    """The criteria and aspects of the sheet as they grow, each with the row it came from."""

    stages: Mapping[str, Document]
    errors: list[CellError] = field(default_factory=list)
    nodes: dict[tuple[str, str], tuple[Document, int]] = field(default_factory=dict)
    tops: dict[str, list[Document]] = field(default_factory=dict)
    row_of: dict[int, int] = field(default_factory=dict)

    def error(self, row: int, column: str, message: str, **params: object) -> None:
        self.errors.append(CellError(row, column, "rubric", params, message))


def read_rubric(document: Document, data: bytes, filename: str) -> RubricUpload:
    """The document with the rubric of `data` (our template, .xlsx or .csv) in it; the given one is not changed.

    Raises:
        WorkbookRefused: the file can't be read at all.
    """
    parsed = parse_sheet(RUBRIC_SHEET, data, filename=filename)
    notices = tuple(notice.words(gettext) for notice in parsed.warnings)
    if parsed.errors:
        return RubricUpload(document, tuple(parsed.errors), notices, parsed.row_count)
    new = copied(document)
    if not new.get("stages"):
        new = {"schema": 1, "title": "", **new, "stages": [{"id": "1", "title": gettext(N_("比赛"))}]}
    tree = _Tree({str(stage.get("id")): stage for stage in new["stages"]})
    for row in parsed.rows:
        _take(tree, row)
    _check_children(tree)
    for stage, tops in tree.tops.items():
        tree.stages[stage]["rubric"] = tops
    errors = tree.errors or _core_errors(new, tree)
    return RubricUpload(new, tuple(sorted(errors, key=lambda error: error.row)), notices, parsed.row_count)


def _take(tree: _Tree, row: ParsedRow) -> None:
    typed = typed_texts(row.values)
    stage = _stage_of(tree, row.number, typed["stage"])
    if stage is None:
        return
    node = _node(typed)
    if not _has_place(tree, row.number, stage, typed):
        return
    if node.get("max") is None and typed["kind"] != CRITERION:
        tree.error(row.number, "max", NO_MAXIMUM)
    parent = tree.nodes.get((stage, typed["parent"]))
    siblings = parent[0]["children"] if parent else tree.tops.setdefault(stage, [])
    siblings.append(node)
    tree.row_of[id(node)] = row.number
    tree.nodes[(stage, typed["id"])] = (node, row.number)


def _stage_of(tree: _Tree, row: int, name: str) -> str | None:
    known = "、".join(tree.stages)
    if not name and len(tree.stages) == 1:
        return next(iter(tree.stages))
    if name in tree.stages:
        return name
    message = UNKNOWN_STAGE if name else WHICH_STAGE
    tree.error(row, "stage", message, value=name, stages=known)
    return None


def _node(typed: Mapping[str, str]) -> Document:
    if typed["kind"] == CRITERION:
        declared = {**typed, "declared_max": typed["max"]}
        return part_from("criterion", declared, {"children": []})
    pairs = [line.partition("=") for line in typed[OTHER_LEVELS].splitlines() if line.strip()]
    other: list[list[str]] = [[mark.strip(), text.strip()] for mark, _, text in pairs]
    return part_from("aspect", typed, {"levels": other} if other else {})


def _has_place(tree: _Tree, row: int, stage: str, typed: Mapping[str, str]) -> bool:
    name, parent = typed["id"], typed["parent"]
    seen = tree.nodes.get((stage, name))
    if seen:
        tree.error(row, "id", SAME_ID, value=name, first_row=seen[1])
        return False
    if parent:
        if "children" not in tree.nodes.get((stage, parent), ({}, 0))[0]:
            tree.error(row, "parent", UNKNOWN_PARENT, value=parent)
            return False
    elif typed["kind"] != CRITERION:
        tree.error(row, "parent", NO_PARENT)
        return False
    return True


def _check_children(tree: _Tree) -> None:
    if tree.errors:  # a refused row would make its parent look empty
        return
    for node, row in tree.nodes.values():
        if node.get("children") == []:
            tree.error(row, "id", NO_CHILDREN, value=node["id"])


def _core_errors(document: Document, tree: _Tree) -> list[CellError]:
    """The core's problems that stand in the rubric, at their cell; others are the editor's business."""
    _, problems = problems_in(document)
    rows = dict(_paths(document, tree))
    return [_core_error(problem, rows) for problem in problems if part_path(problem.path)[0] in rows]


def _paths(document: Document, tree: _Tree) -> list[tuple[str, int]]:
    found: list[tuple[str, int]] = []

    def walk(nodes: Sequence[Any], base: str) -> None:
        for index, node in enumerate(nodes):
            if (row := tree.row_of.get(id(node))) is not None:
                found.append((f"{base}[{index}]", row))
                walk(node.get("children", ()), f"{base}[{index}].children")

    for number, stage in enumerate(document["stages"]):
        walk(stage.get("rubric", ()), f"stages[{number}].rubric")
    return found


def _core_error(problem: Problem, rows: Mapping[str, int]) -> CellError:
    at, name = part_path(problem.path)
    key = "max" if name == "declared_max" else name
    column = next((column for column in RUBRIC_SHEET.columns if column.key == key), None)
    title = gettext(column.title_zh) if column else name
    params = {"title": title, "text": fault_text(problem)}
    return CellError(rows[at], column.key if column else "", problem.code, params, CORE_FAULT)
