"""Drawing lots (抽签) from a published seed, so that anybody can repeat the draw with `sha256sum` and `sort`. Pure.

docs/draw.md is the description for those who repeat it. A lot depends on seed, public value and its own item alone:
the order of the list does not matter, and an item more or less leaves the others in their order.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Seat:
    """Where a drawn item appears: `position` 1, 2 …; `heat` (场次) and `station` (工位) from 1."""

    item: str
    position: int
    heat: int
    station: int


def seed_digest(seed: str) -> str:
    """What is published before the draw: SHA-256 of the seed, in hex."""
    return _sha256(seed)


def list_digest(items: Iterable[str]) -> str:
    """SHA-256 of the list, sorted by its UTF-8 bytes, one item a line: `LC_ALL=C sort LIST | sha256sum`."""
    return _sha256("".join(f"{item}\n" for item in sorted(items, key=str.encode)))


def lot(seed: str, public: str, item: str) -> str:
    """The lot of one item: SHA-256 of seed, public value and item, joined by line feeds, in hex."""
    return _sha256(f"{seed}\n{public}\n{item}")


def draw_order(seed: str, public: str, items: Sequence[str]) -> list[str]:
    """The items by ascending lot.

    Raises:
        ValueError: an item twice, or a line feed where one would let two draws look alike.
    """
    if len(set(items)) != len(items):
        raise ValueError("an item twice")
    if any("\n" in text for text in (seed, public, *items)):
        raise ValueError("a line feed")
    return sorted(items, key=lambda item: lot(seed, public, item))


def seat(order: Sequence[str], stations: int) -> list[Seat]:
    """The drawn order filled into heats of `stations` places each (1: one after another).

    Raises:
        ValueError: no station.
    """
    if stations < 1:
        raise ValueError("at least one station")
    return [Seat(item, n + 1, n // stations + 1, n % stations + 1) for n, item in enumerate(order)]


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
