"""How far the order depends on one judge or on one mark: the core evaluates again, nothing is worked out twice.

A judge is left out by turning their marks of judged aspects into recusals; a mark by giving it the middle of what the
others gave. The event's own marks are never touched: all of this happens on copies.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from statistics import median_low
from typing import Any

from contest.core.marks import RECUSED, SCORED, Mark, format_units
from contest.core.rubric import Aspect, Criterion, Method
from contest.core.ruleset import RuleSet, Stage
from contest.core.scoring import RANKED, Result, evaluate
from contest.fairness.lines import Line, above, neighbours
from contest.fairness.measures import number, order_agreement
from contest.fairness.panel import judged_aspects
from contest.standings.services import Computation

EACH_SIDE = 3
MOST_TRIALS = 2_000
TRIALS_SHOWN = 20

Row = dict[str, Any]
Progress = Callable[[int, int], None]


def without_judge(computation: Computation, stage: Stage, judge: str) -> tuple[RuleSet, Result]:
    """The exact result as if the judge had not marked; the least number of marks is lowered by one with them."""
    own = judged_aspects(stage)
    marks = [
        replace(mark, state=RECUSED, units=None)
        if mark.judge == judge and mark.stage == stage.id and mark.aspect in own and mark.state == SCORED
        else mark
        for mark in computation.marks
    ]
    rules = _with_fewer(computation.rules, stage)
    return rules, evaluate(rules, computation.entry_inputs, marks, computation.panels)


def _with_fewer(rules: RuleSet, stage: Stage) -> RuleSet:
    """The rules with one mark fewer asked for in this stage, never fewer than the method can work with."""
    method = stage.panel.method
    panel = replace(stage.panel, method=method and _fewer(method))
    rubric = tuple(_relaxed(criterion) for criterion in stage.rubric)
    changed = replace(stage, panel=panel, rubric=rubric)
    return replace(rules, stages=tuple(changed if own.id == stage.id else own for own in rules.stages))


def _relaxed(criterion: Criterion) -> Criterion:
    return replace(
        criterion,
        children=tuple(
            replace(child, method=_fewer(child.method)) if isinstance(child, Aspect) else _relaxed(child)
            for child in criterion.children
        ),
    )


def _fewer(method: Method) -> Method:
    return replace(method, min_scores=max(method.drop_high + method.drop_low + 1, method.min_scores - 1))


def leave_one_out(
    computation: Computation, stage: Stage, judges: Sequence[str], lines: Sequence[Line], progress: Progress
) -> list[Row]:
    """One row per judge: how many ranks change without them, by how much at most, and who crosses a line."""
    rows = []
    for count, judge in enumerate(judges, start=1):
        rules, result = without_judge(computation, stage, judge)
        rows.append({"judge": judge} | _compared(computation.result, rules, result, lines))
        progress(count, len(judges))
    return rows


def _compared(before: Result, rules: RuleSet, after: Result, lines: Sequence[Line]) -> Row:
    old = {row.entry: Fraction(row.rank or 0) for row in before.standings if row.status == RANKED}
    new = {row.entry: Fraction(row.rank or 0) for row in after.standings if row.status == RANKED}
    both = [entry for entry in old if entry in new]
    moves = {entry: abs(new[entry] - old[entry]) for entry in both}
    far = max(moves.values(), default=Fraction(0))
    tau = order_agreement([old[entry] for entry in both], [new[entry] for entry in both])
    return {
        "possible": bool(both), "ranked": len(both), "lost": len(old) - len(both),
        "changed": sum(1 for move in moves.values() if move), "farthest": number(far, 0),
        "farthest_entry": next((entry for entry in both if far and moves[entry] == far), ""),
        "tau": None if tau is None else number(tau),
        "crossed": [_crossed(rules, after, line) for line in lines] if both and len(both) == len(old) else [],
    }  # fmt: skip


def _crossed(rules: RuleSet, after: Result, line: Line) -> Row:
    """Who would come above a line, and who would fall below it."""
    new = above(rules, after, line)
    return {"up": sorted(new - line.above), "down": sorted(line.above - new)}


def one_mark(computation: Computation, stage: Stage, lines: Sequence[Line], progress: Progress) -> Row:
    """Every mark of the entries next to a line, in turn, at the middle of the others': does somebody cross?

    `tried` marks of `entries` entries; `decisive` those that move somebody across a line; `per_line` counts them.
    """
    entries = neighbours(computation.result, lines, EACH_SIDE)
    trials = _trials(computation, stage, entries)
    tried, decisive, per_line = trials[:MOST_TRIALS], [], [0] * len(lines)
    for count, (position, units) in enumerate(tried, start=1):
        crossed = _trial(computation, lines, position, units)
        if any(crossed):
            per_line = [known + new for known, new in zip(per_line, crossed, strict=True)]
            decisive.append(_shown(stage, computation.marks[position], units))
        if count % 20 == 0:
            progress(count, len(tried))
    return {
        "entries": len(entries), "tried": len(tried), "left": len(trials) - len(tried), "decisive": len(decisive),
        "per_line": per_line, "shown": decisive[:TRIALS_SHOWN],
    }  # fmt: skip


def _trials(computation: Computation, stage: Stage, entries: Sequence[str]) -> list[tuple[int, int]]:
    """(position of the mark, units it would have) of every mark that differs from the middle of the others'."""
    own, near = judged_aspects(stage), set(entries)
    places: dict[tuple[str, str, str, int], list[int]] = defaultdict(list)
    for position, mark in enumerate(computation.marks):
        if mark.stage == stage.id and mark.aspect in own and mark.entry in near and mark.state == SCORED:
            places[mark.entry, mark.period, mark.aspect, mark.repetition].append(position)
    found = [trial for positions in places.values() for trial in _middles(computation.marks, positions)]
    rank = {entry: number for number, entry in enumerate(entries)}
    return sorted(found, key=lambda trial: (rank[computation.marks[trial[0]].entry], trial[0]))


def _middles(marks: Sequence[Mark], positions: Sequence[int]) -> list[tuple[int, int]]:
    units: Mapping[int, int] = {position: marks[position].units or 0 for position in positions}
    if len(units) < 3:  # noqa: PLR2004 (of two judges neither is the middle)
        return []
    middle = {own: median_low([units[other] for other in positions if other != own]) for own in positions}
    return [(position, middle[position]) for position in positions if middle[position] != units[position]]


def _trial(computation: Computation, lines: Sequence[Line], position: int, units: int) -> list[bool]:
    rules, book = computation.rules, computation.book.put([replace(computation.marks[position], units=units)])
    result = evaluate(rules, computation.entry_inputs, book, computation.panels, computation.result)
    return [above(rules, result, line) != line.above for line in lines]


def _shown(stage: Stage, mark: Mark, units: int) -> Row:
    aspect = judged_aspects(stage)[mark.aspect]
    return {
        "entry": mark.entry, "judge": mark.judge, "aspect": aspect.id, "title": aspect.title or aspect.id,
        "repetition": mark.repetition if aspect.repetitions > 1 else 0,
        "mark": format_units(mark.units or 0, aspect.decimals), "middle": format_units(units, aspect.decimals),
    }  # fmt: skip
