"""Lots from a public seed: the same for everybody, fair, and as docs say; the expected ones are worked out apart."""

import hashlib
from collections import Counter
from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contest.core.drawing_lots import sample, shuffled, stream


def test_the_stream_is_sha256_of_seed_and_a_counter_of_eight_bytes():
    first = hashlib.sha256(b"seed" + bytes(8)).digest()
    second = hashlib.sha256(b"seed" + bytes(7) + b"\x01").digest()
    assert bytes(islice(stream(b"seed"), 64)) == first + second


def test_four_items_by_hand():
    """SHA-256 of no seed and counter 0 begins af5570f5a1810b7a f78caf4bc70a660f 0df51e42baf91d4d.

    The last two bits of the first are 10: places 3 and 2 swap, a b d c. The hexadecimal digits of the second add up to
    138, a multiple of three: places 2 and 0 swap, d b a c. The third is odd: place 1 stays.
    """
    assert hashlib.sha256(bytes(8)).hexdigest().startswith("af5570f5a1810b7af78caf4bc70a660f0df51e42baf91d4d")
    assert shuffled("abcd", b"") == ["d", "b", "a", "c"]
    assert sample("abcd", 2, b"") == ["d", "b"]


@given(st.lists(st.integers(), max_size=60), st.binary(max_size=40))
def test_nothing_is_lost_and_the_same_seed_draws_the_same(items, seed):
    assert Counter(shuffled(items, seed)) == Counter(items)
    assert shuffled(items, seed) == shuffled(tuple(items), seed)


@given(st.sets(st.integers(), max_size=40), st.binary(max_size=16), st.data())
def test_a_sample_is_a_part_and_a_longer_one_begins_with_it(found, seed, data):
    items = sorted(found)
    count = data.draw(st.integers(0, len(items)))
    drawn = sample(items, count, seed)
    assert len(set(drawn)) == count
    assert set(drawn) <= found
    assert sample(items, len(items), seed)[:count] == drawn


def test_every_order_of_four_comes_about_equally_often():
    """Chi-square over the 24 orders, 23 degrees of freedom: 49.7 is passed once in a thousand."""
    found = Counter("".join(shuffled("abcd", str(number).encode())) for number in range(4800))
    assert len(found) == 24
    assert sum((count - 200) ** 2 / 200 for count in found.values()) < 49.7


def test_no_more_than_there_are():
    with pytest.raises(ValueError):
        sample("abc", 4, b"")
