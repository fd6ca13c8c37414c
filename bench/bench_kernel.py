"""Exact totals of a whole event, and the standings after one changed mark, against plain numpy floats in the same run.

30 aspects, trimmed mean of 7 judges rounded to two places, weights, total rounded to two places. `evaluate` builds
every explanation as well; after a change it takes over all that did not change.
"""

from __future__ import annotations

import random
import resource
import time
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

import numpy as np

from contest.core.book import Book
from contest.core.kernel import Plan, Ranking, plan_for
from contest.core.marks import EntryInput, Mark
from contest.core.parsing import parse_rule_set
from contest.core.ruleset import RuleSet
from contest.core.scoring import evaluate

ASPECTS, JUDGES = 30, 7
SIZES = (100, 1_000, 10_000, 100_000)
PURE_LIMIT = 10_000
CHANGES, CHANGES_EXPLAINED = 200, 20


def rules() -> RuleSet:
    method = {"name": "trimmed_mean", "rounding": {"places": 2}}
    aspects = [
        {"id": f"A{n}", "max": "10", "decimals": 1, "weight": "0.3" if n % 2 else "0.4", "method": method}
        for n in range(ASPECTS)
    ]
    stage = {"id": "S", "rubric": [{"id": "C", "children": aspects}]}
    return parse_rule_set({"title": "bench", "stages": [stage], "rounding": {"places": 2}})


def timed(action: Callable[[], object], rounds: int = 3) -> float:
    """The best of some rounds, in milliseconds."""
    found = []
    for _ in range(rounds):
        began = time.perf_counter()
        action()
        found.append((time.perf_counter() - began) * 1000)
    return min(found)


def floats(marks: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """The yardstick: what somebody in a hurry writes with numpy; marks: aspects x judges x entries."""
    means = np.round((marks.sum(axis=1) - marks.min(axis=1) - marks.max(axis=1)) / (JUDGES - 2), 2)
    return np.round(weights @ means, 2)


def one_change(plan: Plan, rows: list[list[list[int]]], ranking: Ranking, scale: int) -> float:
    """Median milliseconds from one changed mark to the ranks of all."""
    found = []
    for _ in range(CHANGES):
        entry, aspect, judge = random.randrange(len(rows)), random.randrange(ASPECTS), random.randrange(JUDGES)
        began = time.perf_counter()
        rows[entry][aspect][judge] = random.randrange(101)
        ranking.change(str(entry), int(plan.total(rows[entry]) * scale))
        ranking.ranks()
        found.append((time.perf_counter() - began) * 1000)
    return sorted(found)[CHANGES // 2]


def with_explanations(parsed: RuleSet, units: list[np.ndarray], entries: int) -> tuple[float, float]:
    """Milliseconds of a whole evaluation with every explanation, and of the next one after one changed mark."""
    marks = [
        Mark("S", "1", str(n), f"A{a}", 1, f"J{j}", int(units[a][j][n]))
        for n in range(entries)
        for a in range(ASPECTS)
        for j in range(JUDGES)
    ]
    people = [EntryInput(str(n)) for n in range(entries)]
    began = time.perf_counter()
    book = Book.of(parsed, marks)
    result = evaluate(parsed, people, book)
    whole = (time.perf_counter() - began) * 1000
    found = []
    for _ in range(CHANGES_EXPLAINED):
        mark = replace(random.choice(marks), units=random.randrange(101))
        began = time.perf_counter()
        book = book.put([mark])
        result = evaluate(parsed, people, book, None, result)
        found.append((time.perf_counter() - began) * 1000)
    return whole, sorted(found)[CHANGES_EXPLAINED // 2]


def main() -> None:
    random.seed(1)
    parsed = rules()
    plan = plan_for(parsed, {"S": JUDGES})
    assert plan is not None
    weights = np.array([float(aspect.weight) for aspect in parsed.stages[0].aspects()])
    names = ("exact arrays          ", "exact rows (pure)     ", "one change   ", "explained      ", "one change")
    print("entries   numpy floats  ", *names, sep="")
    for size in SIZES:
        units = [np.random.default_rng(a).integers(0, 101, (JUDGES, size)) for a in range(ASPECTS)]
        marks = np.stack(units) / 10.0
        base = timed(lambda m=marks: floats(m, weights))
        arrays = timed(lambda u=units: plan.totals(u))
        rows = np.stack(units).transpose(2, 0, 1).tolist() if size <= PURE_LIMIT else []
        pure = timed(lambda r=rows: [plan.total(row) for row in r], 1) if rows else None
        totals = plan.totals(units)
        wrong = int((np.abs(floats(marks, weights) - totals / plan.denominator) > 1e-6).sum())
        change = None
        if rows:
            assert [plan.total(row) for row in rows[:100]] == [Fraction(int(t), plan.denominator) for t in totals[:100]]
            ranking = Ranking({str(n): int(total) for n, total in enumerate(totals)})
            change = one_change(plan, rows, ranking, plan.denominator)
        whole, next_one = with_explanations(parsed, units, size) if rows else (None, None)
        cells = f"{cell(arrays, base):20}  {cell(pure, base):20}  {cell(change):11}  {cell(whole):12}  {cell(next_one)}"
        print(f"{size:>7,}   {base:9.2f} ms   {cells}   floats wrong: {wrong}")
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB")


def cell(milliseconds: float | None, base: float | None = None) -> str:
    if milliseconds is None:
        return "-"
    return f"{milliseconds:.2f} ms" + (f" ({milliseconds / base:.1f} x)" if base else "")


if __name__ == "__main__":
    main()
