"""Re-check of results (成绩复核): how many sheets are checked, and what the errors found mean (rules.md 2 [S10])."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from contest.core.lots import draw_order
from contest.core.numbers import Number, round_units
from contest.core.problems import CoreError

FULL_REVIEW, CORRECT_AND_SIGN = "full_review", "correct_and_sign"


@dataclass(frozen=True, slots=True)
class ReviewSample:
    """Entries checked in full (the top ones) and drawn by lot from the rest."""

    full: int
    sample: int

    @property
    def total(self) -> int:
        """All entries that are checked."""
        return self.full + self.sample


def review_sample(
    entrants: int, rest_percent: Number, *, top: int | None = None, top_percent: Number | None = None
) -> ReviewSample:
    """Give the top by count or share, and of the rest not less than `rest_percent`: both round up (REV-1, -2)."""
    if (top is None) == (top_percent is None):
        raise CoreError("top_or_top_percent")
    wanted = top if top is not None else _up(entrants, top_percent or 0)
    full = min(wanted, entrants)
    return ReviewSample(full, _up(entrants - full, rest_percent))


def _up(entrants: int, percent: Number) -> int:
    return round_units(Fraction(percent) * entrants / 100, 0, "ceil")


def review_decision(checked: int, errors: int, limit_percent: Number = 5) -> str:
    """`full_review` if more than the limit is wrong, else `correct_and_sign`; exactly the limit is not more (REV-5).

    Raises CoreError `nothing_checked` where no rate exists.
    """
    if checked < 1 or not 0 <= errors <= checked:
        raise CoreError("nothing_checked", checked=checked, errors=errors)
    return FULL_REVIEW if Fraction(100 * errors, checked) > Fraction(limit_percent) else CORRECT_AND_SIGN


def review_seed(secret: bytes, words: str, root: str) -> bytes:
    """The seed of the sample: SHA-256 of the secret (committed to before), the words said in public after that, and
    the root of the ledger that holds the marks, joined by line feeds.

    Whoever keeps the secret does not choose the words, and who says the words does not know the secret.
    """
    return hashlib.sha256(b"\n".join((secret.hex().encode(), words.encode(), root.encode()))).digest()


def review_drawn(rest: Sequence[str], count: int, seed: bytes) -> list[str]:
    """The `count` codes of `rest` with the lowest lots (docs/draw.md, without a public value)."""
    return draw_order(seed.hex(), "", rest)[:count]


def split_top(ranked: Sequence[tuple[str, str]], top: int) -> tuple[list[str], list[str]]:
    """(codes checked in full, the rest) of (code, rank) in published order; who ties with the last of the top is in."""
    cut = min(top, len(ranked))
    while 0 < cut < len(ranked) and ranked[cut][1] and ranked[cut][1] == ranked[cut - 1][1]:
        cut += 1
    codes = [code for code, _ in ranked]
    return codes[:cut], codes[cut:]
