"""Blind codes: digits drawn at random and a check letter, short enough to be called out in a hall. Pure.

The letter is the weighted sum of the digits modulo 11. Eleven is prime and greater than every difference of two
digits, and all weights differ, so any one wrong digit and any two digits swapped give another letter.
"""

from __future__ import annotations

import secrets
import unicodedata
from collections.abc import Collection

LETTERS = "ACEFHKMPRTX"
"""None of them is taken for a digit or for one another in handwriting: no B/8, I/1, O/0, S/5, Z/2, G/6, U/V, N/M."""
MIN_DIGITS = 3
MAX_DIGITS = 9
"""Weights 2 to 10 differ modulo 11; a tenth digit would repeat none, but no contest needs it."""
ROOM = 2
"""At least so many codes a drawn one, so that codes can't be told by elimination."""


def check_letter(digits: str) -> str:
    """The letter of 1 to 9 ASCII digits. ValueError for anything else."""
    if not (digits.isascii() and digits.isdigit() and len(digits) <= MAX_DIGITS):
        raise ValueError("one to nine digits")
    total = sum(weight * int(digit) for weight, digit in enumerate(digits, 2))
    return LETTERS[total % len(LETTERS)]


def make_code(digits: str) -> str:
    """`482` -> `482` and its letter."""
    return digits + check_letter(digits)


def normalise_code(text: str) -> str:
    """A typed code as it is kept: full width, lower case and blanks are forgiven."""
    return "".join(unicodedata.normalize("NFKC", text).upper().split()).replace("-", "")


def is_code(text: str) -> bool:
    """Whether the typed text is a code whose letter fits its digits."""
    code = normalise_code(text)
    digits = code[:-1]
    return digits.isascii() and digits.isdigit() and len(digits) <= MAX_DIGITS and code == make_code(digits)


def digits_for(entries: int) -> int:
    """How many digits the codes of so many entries need: 3 up to 500 entries, 4 up to 5,000."""
    digits = MIN_DIGITS
    while 10**digits < entries * ROOM:
        digits += 1
    return digits


def draw(count: int, taken: Collection[str]) -> list[str]:
    """`count` new codes in random order, none of them in `taken`, from the system's random source."""
    digits = digits_for(count + len(taken))
    free = [code for code in (make_code(f"{n:0{digits}d}") for n in range(10**digits)) if code not in taken]
    return secrets.SystemRandom().sample(free, count)
