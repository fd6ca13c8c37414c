"""Money: typed in yuan, kept in fen, never a float."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal

from contest.errors import DomainError, InvalidError
from contest.i18n import N_

_YUAN = re.compile(r"([0-9]{1,12})(?:\.([0-9]{1,2}))?")
_TEN_THOUSAND = re.compile(r"([0-9]{1,8})(?:\.([0-9]{1,6}))?万")
WRONG = N_("“%(typed)s”不是金额。请填写元，最多两位小数，例如 118600 或 118600.50；也可以写 11.86万。")


def parse_yuan(typed: str, field: str = "amount") -> int:
    """An amount in yuan as somebody typed it, in fen: full-width digits, commas, 元 and 万 are taken.

    Raises:
        InvalidError: no amount, negative, more than two decimals, or above 999,999,999,999.99 yuan.
    """
    text = unicodedata.normalize("NFKC", typed).replace(",", "").replace("。", ".")
    text = "".join(text.split()).removeprefix("¥").removesuffix("元")
    if found := _YUAN.fullmatch(text):
        return int(found[1]) * 100 + int((found[2] or "").ljust(2, "0"))
    if found := _TEN_THOUSAND.fullmatch(text):
        return int(found[1]) * 1_000_000 + int((found[2] or "").ljust(6, "0"))
    message = DomainError(WRONG, typed=typed.strip()[:40])
    raise InvalidError(N_("有几项需要改正，已标在下面。"), fields={field: message})


def yuan(fen: int | None) -> Decimal | None:
    """Fen as yuan with two decimals, exact."""
    return None if fen is None else Decimal(fen).scaleb(-2)
