"""Ids sort in the order in which one process made them."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

from contest.db import new_id


def test_ids_sort_as_they_were_made():
    """Thousands fall into one millisecond; random bits alone would shuffle the rows of an imported file."""
    ids = [new_id() for _ in range(5_000)]
    assert ids == sorted(ids)
    assert len(set(ids)) == len(ids)


def test_ids_of_several_threads_are_different():
    with ThreadPoolExecutor(4) as threads:
        batches = list(threads.map(lambda _: [new_id() for _ in range(2_000)], range(4)))
    assert all(batch == sorted(batch) for batch in batches)
    assert len({one for batch in batches for one in batch}) == 8_000


def test_a_clock_set_back_changes_no_order(monkeypatch):
    before = new_id()
    monkeypatch.setattr(time, "time_ns", lambda: 1_700_000_000_000_000_000)
    assert before < new_id() < new_id()
