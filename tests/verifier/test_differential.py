"""Two programs, written apart from one text (docs/rule-set.md), agree to the last digit on random contests."""

from __future__ import annotations

import os
from collections import Counter

import pytest

from contest.core.scoring import evaluate
from contest.publications.snapshot import text
from contest.verifier.results import recompute
from tests.verifier.random_contests import make

CASES = int(os.environ.get("CONTEST_DIFFERENTIAL_CASES", "200"))
BLOCKS = 4 if CASES < 2000 else 20


@pytest.mark.parametrize("block", range(BLOCKS))
def test_core_and_verifier_agree(block: int) -> None:
    seen: Counter[str] = Counter()
    for seed in range(block * CASES // BLOCKS, (block + 1) * CASES // BLOCKS):
        rules, entries, marks, panels, bundle, facts = make(seed)
        result = evaluate(rules, entries, marks, panels)
        other = recompute(bundle, facts)
        for standing in result.standings:
            seen[standing.status] += 1
            told = {
                "rank": standing.rank,
                "tied": standing.tied,
                "total": text(standing.published),
                "stages": {key: text(value) for key, value in standing.stage_totals.items()},
                "status": standing.status,
                "barred": sorted(standing.award_barred),
            }
            assert told == other[standing.entry], (seed, standing.entry)
    # the contests are no easy ones, nor hopeless ones: both ends occur in every block
    assert min(seen["ranked"], seen["incomplete"]) > CASES // BLOCKS // 2, seen
