"""The rule set as the editor shows it: every part a line with its path, running totals, and what contradicts itself.

A draft may be faulty; totals are counted from what can be read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from contest.competitions.parts import Document
from contest.competitions.problem_texts import Fault, faults_of, place_words
from contest.core.canonical import plain_decimal
from contest.core.parsing import parse_rule_set
from contest.core.parsing_rubric import read_aspect, read_criterion, read_method
from contest.core.problems import Problem, RuleSetError
from contest.core.reader import Reader
from contest.core.rubric import Aspect, Criterion, Method
from contest.core.ruleset import RuleSet, Stage
from contest.i18n import N_, gettext


@dataclass(frozen=True, slots=True)
class Line:
    """A criterion or aspect: `part` is the core's reading of it, `maximum` the marks it can give, without weight."""

    path: str
    depth: int
    part: Criterion | Aspect
    maximum: str
    faults: tuple[Fault, ...] = ()
    raw: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_criterion(self) -> bool:
        return isinstance(self.part, Criterion)


@dataclass(frozen=True, slots=True)
class StageOutline:
    """A stage with its lines; `maximum` the highest stage total of one period."""

    path: str
    raw: Mapping[str, Any]
    lines: tuple[Line, ...]
    maximum: str
    aspects: int

    def readable(self) -> Stage:
        """The stage as the core would have it, faults left out: enough for its sheet."""
        tops = tuple(line.part for line in self.lines if isinstance(line.part, Criterion) and line.depth == 0)
        return Stage(str(self.raw.get("id", "")), str(self.raw.get("title", "")), tops)


@dataclass(frozen=True, slots=True)
class Outline:
    """The whole editor page's data; `rules` is None while the draft has faults."""

    document: Document
    rules: RuleSet | None
    stages: tuple[StageOutline, ...]
    faults: tuple[Fault, ...]
    notices: tuple[str, ...] = field(default=())


def problems_in(document: Document) -> tuple[RuleSet | None, tuple[Problem, ...]]:
    """The rule set and no problems, or None and all of them."""
    try:
        return parse_rule_set(document), ()
    except RuleSetError as error:
        return None, error.problems


def outline(document: Document) -> Outline:
    """Everything the editor shows of a draft."""
    rules, problems = problems_in(document)
    faults = tuple(faults_of(document, problems))
    raw_stages = document.get("stages")
    stages = tuple(
        _stage(f"stages[{index}]", stage, faults)
        for index, stage in enumerate(raw_stages if isinstance(raw_stages, list) else [])
        if isinstance(stage, Mapping)
    )
    return Outline(document, rules, stages, faults, tuple(contradictions(document, stages)))


def _stage(path: str, raw: Mapping[str, Any], faults: tuple[Fault, ...]) -> StageOutline:
    method = stage_method(raw)
    lines: list[Line] = []
    total = Decimal(0)
    for index, node in enumerate(raw.get("rubric") or []):
        criterion = read_criterion(Reader(node, "", []), method)
        lines += _lines(f"{path}.rubric[{index}]", criterion, 0, faults, node)
        total += criterion.weight * criterion.maximum()
    aspects = sum(1 for line in lines if not line.is_criterion)
    return StageOutline(path, raw, tuple(lines), plain_decimal(total), aspects)


def stage_method(raw: Mapping[str, Any]) -> Method | None:
    """The default method of a stage's judged aspects, as the core reads it."""
    panel = raw.get("panel")
    method = panel.get("method") if isinstance(panel, Mapping) else None
    return read_method(Reader(method, "", [])) if isinstance(method, Mapping) else None


def _lines(
    path: str, part: Criterion | Aspect, depth: int, faults: tuple[Fault, ...], raw: Mapping[str, Any]
) -> Iterator[Line]:
    own = tuple(fault for fault in faults if fault.at == path)
    yield Line(path, depth, part, plain_decimal(part.maximum()), own, raw)
    if isinstance(part, Criterion):
        for index, (child, node) in enumerate(zip(part.children, raw.get("children") or [], strict=False)):
            yield from _lines(f"{path}.children[{index}]", child, depth + 1, faults, node)


def contradictions(document: Document, stages: tuple[StageOutline, ...]) -> Iterator[str]:
    """Declared totals that the aspects do not give: reported, never refused (the sheet's author may know why)."""
    for stage in stages:
        for line in stage.lines:
            part = line.part
            if isinstance(part, Criterion) and part.declared_max not in {None, part.maximum()}:
                yield gettext(N_("%(place)s 注明满分 %(declared)s，各评分点合计 %(sum)s。")) % {
                    "place": place_words(document, line.path),
                    "declared": plain_decimal(part.declared_max or Decimal(0)),
                    "sum": line.maximum,
                }
        yield from _section_contradictions(stage)


def section_sums(lines: tuple[Line, ...]) -> dict[str, Decimal]:
    """Marks per section of the occupational standard, counted from the aspects."""
    sums: dict[str, Decimal] = {}
    for line in lines:
        if isinstance(line.part, Aspect) and line.part.standard_section:
            name = line.part.standard_section
            sums[name] = sums.get(name, Decimal(0)) + line.part.weight * line.part.maximum()
    return sums


def _section_contradictions(stage: StageOutline) -> Iterator[str]:
    sums = section_sums(stage.lines)
    for section in stage.raw.get("sections") or []:
        if not isinstance(section, Mapping):
            continue
        declared = Reader(section, "", []).decimal("declared")
        found = sums.get(str(section.get("id")), Decimal(0))
        if declared is not None and declared != found:
            yield gettext(N_("标准章节 %(id)s“%(title)s”注明 %(declared)s 分，各评分点合计 %(sum)s 分。")) % {
                "id": section.get("id"),
                "title": section.get("title", ""),
                "declared": plain_decimal(declared),
                "sum": plain_decimal(found),
            }


def read_part(kind: str, raw: Mapping[str, Any], default: Method | None) -> Criterion | Aspect:
    """One part as the core reads it, faults left out."""
    reader = Reader(raw, "", [])
    return read_criterion(reader, default) if kind == "criterion" else read_aspect(reader, default)
