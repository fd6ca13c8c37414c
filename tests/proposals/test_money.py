"""Yuan as people type it, in fen; expected values by hand."""

from decimal import Decimal

import pytest

from contest.errors import InvalidError
from contest.proposals.money import parse_yuan, yuan


@pytest.mark.parametrize(
    ("typed", "fen"),
    [("118600", 11860000), ("118,600.50", 11860050), ("１１８６００．５", 11860050), (" ¥ 0.01 元", 1),
     ("11.86万", 11860000), ("0.000001万", 1), ("0", 0), ("999999999999.99", 99999999999999), ("3。5", 350)],
)  # fmt: skip
def test_amounts(typed, fen):
    assert parse_yuan(typed) == fen


@pytest.mark.parametrize(
    "typed", ["", "-1", "1.234", "一万", "1e5", "NaN", "1.2.3", "9" * 13, "11.8600001万", "١٢", "12 块"]
)
def test_no_amounts(typed):
    with pytest.raises(InvalidError) as caught:
        parse_yuan(typed)
    assert "amount" in caught.value.fields


def test_fen_as_yuan_is_exact():
    assert yuan(99999999999999) == Decimal("999999999999.99")
    assert str(yuan(10)) == "0.10"
    assert yuan(None) is None
