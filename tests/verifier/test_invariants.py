"""What holds for every contest, whatever its rules: the random contests use every field of docs/rule-set.md."""

from __future__ import annotations

import random
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

import pytest

from contest.core.scoring import RANKED, Result, evaluate
from tests.verifier.random_contests import make


def told(result: Result) -> dict[str, object]:
    return {
        row.entry: (row.status, row.rank, row.tied, row.total, row.stage_totals, row.award_barred)
        for row in result.standings
    }


@pytest.mark.parametrize("block", range(2))
def test_neither_order_nor_names_of_judges_matter_and_ranks_follow_totals(block: int) -> None:
    """Entries, marks and panels come in any order, and whoever sat in a chair may be another: nothing changes."""
    for seed in range(block * 30, (block + 1) * 30):
        rules, entries, marks, panels, *_ = make(seed)
        result = evaluate(rules, entries, marks, panels)
        rng = random.Random(seed)
        chairs = sorted({judge for panel in panels.values() for judge in panel})
        other = dict(zip(chairs, rng.sample(chairs, len(chairs)), strict=True)) | {"": ""}
        entries = [
            replace(entry, recused=frozenset((stage, other[judge]) for stage, judge in entry.recused))
            for entry in rng.sample(entries, len(entries))
        ]
        marks = [replace(mark, judge=other[mark.judge]) for mark in rng.sample(marks, len(marks))]
        moved = {stage: [other[judge] for judge in panel] for stage, panel in panels.items()}
        assert told(evaluate(rules, entries, marks, moved)) == told(result), seed
        _ranks_follow_totals(result)


def _ranks_follow_totals(result: Result) -> None:
    """In each class who was admitted to more stages is first, then the higher total; equal ranks have equal totals."""
    rows = [row for row in result.standings if row.status == RANKED]
    assert all(row.rank is None and row.total is None for row in result.standings if row.status != RANKED)
    for one, following in pairwise(rows):
        if result.rules.rank_within == "class" and one.class_id != following.class_id:
            continue
        if one.reached == following.reached:
            assert one.total is not None
            assert following.total is not None
            assert one.total >= following.total
        assert Fraction(one.rank or 0) <= Fraction(following.rank or 0)
        if one.rank == following.rank:
            assert (one.total, one.tied, following.tied) == (following.total, True, True)
