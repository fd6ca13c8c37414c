"""Amounts: fen in the database, 万元 (ten thousand yuan) on pages and in sheets. Exact both ways."""

from __future__ import annotations

from decimal import Decimal

from contest.core.marks import parse_decimal
from contest.errors import InvalidError
from contest.i18n import N_

PLACES = 6
HIGHEST = 100_000_000
"""万元: a trillion yuan."""


def wan(fen: int | None) -> Decimal | None:
    """Fen as 万元: two places, more only where the amount has them; None stays None (missing is not zero)."""
    if fen is None:
        return None
    exact = Decimal(fen).scaleb(-PLACES).normalize()
    shown = -int(exact.as_tuple().exponent)
    return exact.quantize(Decimal(1).scaleb(-max(2, shown)))


def fen(amount: Decimal) -> int:
    """万元 as fen.

    Raises:
        InvalidError: negative, beyond all reason, or with a part of a fen.
    """
    if not 0 <= amount <= HIGHEST:
        raise InvalidError(
            N_("金额应在 0–%(highest)s 万元之间，您输入了 %(value)s。"), highest=HIGHEST, value=f"{amount:f}"
        )
    exact = amount.scaleb(PLACES)
    if exact != exact.to_integral_value():
        raise InvalidError(N_("金额最多到分（万元保留 6 位小数），您输入了 %(value)s。"), value=f"{amount:f}")
    return int(exact)


def typed_fen(text: str) -> int:
    """A typed amount in 万元 as fen; full-width digits and thousands commas are understood (InvalidError)."""
    number = parse_decimal(text.replace(",", "").replace("，", ""))
    if number is None:
        raise InvalidError(N_("“%(value)s”不是金额，请填写万元数，例如 1250.5。"), value=text[:30])
    return fen(number)
