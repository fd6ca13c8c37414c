"""Lots (抽签) that anybody can draw again: a public seed and this page are enough, no random source is asked.

The algorithm, for whoever checks it with other tools:

1. Stream: the bytes SHA-256(seed || n) for n = 0, 1, 2 …, n as 8 bytes, big end first, one after another.
2. A number below `bound` (1 to 2**64): the next 8 bytes of the stream as a number, big end first; if it is not below
   the greatest multiple of `bound` within 2**64 it is thrown away and the next 8 bytes are taken; then modulo `bound`.
   Every number is thus equally likely. For a bound of 1 nothing is taken.
3. Shuffle (Fisher-Yates): for i from the last place down to the second, a number j below i + 1, places i and j swapped.
4. Sample: the first `count` of the shuffled items, in the order in which they came.

The items must have an order of their own before (their codes sorted, say): it is part of what is drawn.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from typing import TypeVar

T = TypeVar("T")
_WORD = 8
_RANGE = 2 ** (8 * _WORD)


def stream(seed: bytes) -> Iterator[int]:
    """The endless bytes of a seed, as numbers from 0 to 255."""
    counter = 0
    while True:
        yield from hashlib.sha256(seed + counter.to_bytes(_WORD, "big")).digest()
        counter += 1


def shuffled(items: Sequence[T], seed: bytes) -> list[T]:
    """The items in the order of the lots."""
    found, source = list(items), stream(seed)
    for last in range(len(found) - 1, 0, -1):
        other = _below(source, last + 1)
        found[last], found[other] = found[other], found[last]
    return found


def sample(items: Sequence[T], count: int, seed: bytes) -> list[T]:
    """`count` of the items, in the order in which they were drawn; ValueError for more than there are."""
    if not 0 <= count <= len(items):
        raise ValueError("a sample holds from none to all of the items")
    return shuffled(items, seed)[:count]


def _below(source: Iterator[int], bound: int) -> int:
    usable = _RANGE - _RANGE % bound
    while True:
        number = int.from_bytes(bytes(next(source) for _ in range(_WORD)), "big")
        if number < usable:
            return number % bound
