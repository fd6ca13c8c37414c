"""The results workbook: the published table, and below it every step as a live formula over the single marks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from contest.core.explanation import Explanation
from contest.core.marks import SCORED
from contest.core.numbers import exact_decimal, round_decimal
from contest.core.ruleset import RuleSet
from contest.documents.columns import Column, column_letter
from contest.documents.export import export_sheets
from contest.documents.styles import Formula
from contest.i18n import N_, gettext
from contest.publications import formulas
from contest.publications.recount import Recount, recount

STEPS = N_("计算")
FIRST_MARK = 5
"""Columns before the marks: code, step, what, weight, value."""
VALUE = "E"
KIND_WORDS = {
    "total": N_("总分"),
    "stage": N_("阶段"),
    "period": N_("考评期"),
    "criterion": N_("评分项"),
    "aspect": N_("评分点"),
    "multiplied": N_("乘系数"),
    "converted": N_("折算"),
    "panel": N_("裁判组"),
    "sheets": N_("各裁判总分"),
    "normalised": N_("评审组之间折算"),
    "sheet": N_("裁判"),
    "late": N_("迟报"),
}
Row = dict[str, object]


@dataclass
class Steps:
    """The rows of the second sheet as they grow; children stand above what is computed from them."""

    titles: Mapping[tuple[str, str], str]
    rows: list[Row] = field(default_factory=list)
    judges: int = 1

    def add(self, code: str, node: Explanation) -> str:
        """Writes a node below its inputs; gives the address of its value. Empty where it has none."""
        if node.kind == "panel":
            return self._panel(code, node)
        cells = [(self.add(code, part), part) for part in node.inputs]
        if node.value is None:
            return ""
        there = [(cell, part) for cell, part in cells if cell]
        return self._write(code, node, self._formula(node, there))

    def _formula(self, node: Explanation, parts: list[tuple[str, Explanation]]) -> str | None:
        cells = [cell for cell, _ in parts]
        match node.kind:
            case "converted":
                return formulas.converted(node, cells[0])
            case "multiplied":
                return formulas.multiplied(node, cells[0])
            case "aspect":
                return formulas.combined(node, cells)
            case "sheets":
                counted = [cell for cell, part in parts if part.operation.get("state") == SCORED]
                return formulas.pooled(node, f"({','.join(counted)})", len(counted))
            case _:
                return formulas.summed(node, [(cell, part.weight) for cell, part in parts])

    def _panel(self, code: str, node: Explanation) -> str:
        marks = {f"m{n}": _mark(part) for n, part in enumerate(node.inputs, 1)}
        self.judges = max(self.judges, len(marks))
        if node.value is None:
            return ""
        line = len(self.rows) + 2
        last = column_letter(FIRST_MARK + max(len(marks), 1) - 1)
        count = sum(isinstance(mark, Decimal) for mark in marks.values())
        formula = formulas.pooled(node, f"{column_letter(FIRST_MARK)}{line}:{last}{line}", count)
        return self._write(code, node, formula, marks)

    def _write(
        self, code: str, node: Explanation, formula: str | None, marks: Mapping[str, object] | None = None
    ) -> str:
        value: object = _number(node) if formula is None else Formula(f"={formula}")
        title = self.titles.get((node.kind, node.label), node.label)
        self.rows.append({
            "code": code, "kind": gettext(KIND_WORDS[node.kind]), "what": title,
            "weight": exact_decimal(node.weight), "value": value, **(marks or {}),
        })  # fmt: skip
        return f"{VALUE}{len(self.rows) + 1}"


def results_workbook(bundle: bytes) -> bytes:
    """The .xlsx of a publication, in the current language; its numbers come from the bundle alone."""
    counted = recount(bundle)
    steps = Steps(_titles(counted.result.rules))
    totals = {row["code"]: _total(counted, steps, row["code"]) for row in counted.snapshot["rows"]}
    marks = [_column(f"m{n}", gettext("裁判 %(n)s") % {"n": n}, "decimal") for n in range(1, steps.judges + 1)]
    table = [_result_row(line, row, totals) for line, row in enumerate(counted.snapshot["rows"], 2)]
    return export_sheets([
        (gettext("成绩"), _result_columns(), table),
        (gettext(STEPS), [*_step_columns(), *marks], steps.rows),
    ])  # fmt: skip


def _total(counted: Recount, steps: Steps, code: str) -> str:
    standing = counted.result.standing(code)
    return steps.add(code, counted.result.explain(code)) if standing.rank is not None else ""


def _result_row(line: int, row: Mapping[str, object], totals: Mapping[object, str]) -> Row:
    cell = totals[row["code"]]
    total = None if row["total"] is None else Decimal(str(row["total"]))
    same, other = gettext("一致"), gettext("不符")
    return {
        "rank": row["rank"] or "",
        "name": row["name"],
        "unit": row["unit"],
        "code": row["code"],
        "total": total,
        "live": Formula(f"='{gettext(STEPS)}'!{cell}") if cell else None,
        # Excel counts in binary: a difference below one millionth is no difference
        "check": Formula(f'=IF(ABS(E{line}-F{line})<0.000001,"{same}","{other}")') if cell else None,
    }


def _result_columns() -> list[Column]:
    return [
        _column("rank", gettext("名次")), _column("name", gettext("参赛者"), width=24),
        _column("unit", gettext("单位"), width=32), _column("code", gettext("加密号")),
        _column("total", gettext("公布的总分"), "decimal"), _column("live", gettext("公式算得"), "decimal"),
        _column("check", gettext("核对")),
    ]  # fmt: skip


def _step_columns() -> list[Column]:
    return [
        _column("code", gettext("加密号")), _column("kind", gettext("步骤")),
        _column("what", gettext("内容"), width=32), _column("weight", gettext("权重"), "decimal"),
        _column("value", gettext("得分"), "decimal"),
    ]  # fmt: skip


def _column(key: str, title: str, kind: str = "text", width: int = 12) -> Column:
    return Column(key=key, title_zh=title, kind="decimal" if kind == "decimal" else "text", width=width)


def _titles(rules: RuleSet) -> dict[tuple[str, str], str]:
    found: dict[tuple[str, str], str] = {}
    for stage in rules.stages:
        found["stage", stage.id] = stage.title
        found |= {("aspect", item.id): item.title for item in stage.aspects()}
        found |= {("criterion", item.id): item.title for item in stage.criteria()}
        found |= {("period", item.id): item.title or item.id for item in stage.periods}
    return found


def _mark(mark: Explanation) -> object:
    """A number where the mark counts; else a text, which Excel's functions pass over."""
    if mark.operation.get("state") != SCORED or mark.value is None:
        return "—"
    return round_decimal(mark.value, int(str(mark.operation["decimals"])))


def _number(node: Explanation) -> Decimal | None:
    if node.value is None:
        return None
    exact = exact_decimal(node.value)
    return round_decimal(node.value, 6) if exact is None else exact
