"""Certificate numbers: year, nine random letters and a check letter, as in 2026-7KQMX-3PD9T.

A number is public (it stands on the paper) but nobody can walk through them: 31^9 is about 26 million million.
The check letter tells a mistyped number from an unknown one.
"""

from __future__ import annotations

import secrets
import unicodedata

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""31 signs without 0, O, 1, I, L: a prime count, so that one wrong or two swapped signs always show."""
RANDOM_LETTERS = 9


def new_number(year: int) -> str:
    """A new number of `year` (four digits)."""
    letters = "".join(secrets.choice(ALPHABET) for _ in range(RANDOM_LETTERS))
    return _grouped(f"{year:04d}{letters}{check_letter(f'{year:04d}{letters}')}")


def check_letter(text: str) -> str:
    """The check letter of year and letters: sum of position x value, modulo 31."""
    total = sum(place * _value(sign) for place, sign in enumerate(text, start=1))
    return ALPHABET[total % len(ALPHABET)]


def normalise(typed: str) -> str:
    """What somebody typed as a number is written: full-width signs, blanks, dashes and small letters are taken."""
    text = unicodedata.normalize("NFKC", typed).upper()
    return _grouped("".join(sign for sign in text if sign.isascii() and sign.isalnum()))


def is_well_formed(number: str) -> bool:
    """True when `number` (as `normalise` gives it) has the right length and its check letter is right."""
    text = number.replace("-", "")
    if len(text) != 4 + RANDOM_LETTERS + 1 or not text[:4].isdigit():
        return False
    return all(sign in ALPHABET for sign in text[4:]) and check_letter(text[:-1]) == text[-1]


def _value(sign: str) -> int:
    """Year digits count as themselves (0 and 1 are not in the alphabet)."""
    return int(sign) if sign.isdigit() and sign < "2" else ALPHABET.index(sign) + 2


def _grouped(text: str) -> str:
    return "-".join(part for part in (text[:4], text[4:9], text[9:]) if part)
