"""Blind codes: the letter finds every single wrong digit and every swap; draws are random and free of collisions."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contest.entries import codes

DIGITS = st.text("0123456789", min_size=3, max_size=9)


def test_the_letter_is_the_weighted_sum_by_hand():
    # 4*2 + 8*3 + 2*4 = 40; 40 mod 11 = 7; letters A C E F H K M P R T X -> index 7 is P
    assert codes.make_code("482") == "482P"
    assert codes.make_code("000") == "000A"
    # 9*2 + 9*3 + 9*4 = 81; 81 mod 11 = 4 -> H
    assert codes.make_code("999") == "999H"


@given(DIGITS, st.integers(0, 8), st.integers(1, 9))
def test_any_wrong_digit_is_found(digits, at, by):
    at %= len(digits)
    wrong = digits[:at] + str((int(digits[at]) + by) % 10) + digits[at + 1 :]
    assert codes.check_letter(wrong) != codes.check_letter(digits)


@given(DIGITS, st.integers(0, 8), st.integers(0, 8))
def test_any_two_digits_swapped_are_found(digits, one, other):
    one, other = one % len(digits), other % len(digits)
    swapped = list(digits)
    swapped[one], swapped[other] = swapped[other], swapped[one]
    wrong = "".join(swapped)
    assert wrong == digits or codes.check_letter(wrong) != codes.check_letter(digits)


@given(DIGITS)
def test_a_code_is_recognised_as_typed_by_a_tired_person(digits):
    code = codes.make_code(digits)
    wide = "".join(chr(ord(c) + 0xFEE0) for c in code)
    assert codes.is_code(code)
    assert codes.is_code(f" {code.lower()} ")
    assert codes.is_code(wide)
    assert codes.normalise_code(wide) == code
    assert not codes.is_code(digits)


@pytest.mark.parametrize("text", ["", "482", "48２", "P", "482Z", "482PP", "１２", "四八二P", "4.2P"])
def test_anything_else_is_no_code(text):
    assert not codes.is_code(text)


@pytest.mark.parametrize(("entries", "digits"), [(1, 3), (500, 3), (501, 4), (5000, 4), (5001, 5), (16_000, 5)])
def test_codes_leave_room_for_as_many_again(entries, digits):
    assert codes.digits_for(entries) == digits


def test_a_draw_gives_different_codes_none_of_them_taken():
    taken = set(codes.draw(200, set()))
    more = codes.draw(200, taken)
    assert len(taken) == 200
    assert len(set(more)) == 200
    assert not taken & set(more)
    assert all(codes.is_code(code) for code in more)
    assert more != sorted(more)  # 1 in 200! that a fair draw is sorted
