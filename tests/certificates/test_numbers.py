"""Certificate numbers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contest.certificates.numbers import ALPHABET, check_letter, is_well_formed, new_number, normalise


def test_the_check_letter_worked_out_by_hand():
    # 2026 + 222222222: 1*2 + 2*0 + 3*2 + 4*6 + 2*(5+6+7+8+9+10+11+12+13) = 32 + 162 = 194 = 6*31 + 8 -> ALPHABET[8]
    assert check_letter("2026222222222") == "A"
    assert is_well_formed("2026-22222-2222A")


def test_a_new_number_is_well_formed_and_another_every_time():
    numbers = {new_number(2026) for _ in range(500)}
    assert len(numbers) == 500
    assert all(is_well_formed(number) and len(number) == 16 for number in numbers)


@given(st.integers(0, 13), st.sampled_from(ALPHABET))
def test_one_wrong_sign_always_shows(place, sign):
    text = new_number(2026).replace("-", "")
    changed = text[:place] + sign + text[place + 1 :]
    assert changed == text or not is_well_formed(normalise(changed))


@given(st.integers(4, 12))
def test_two_swapped_neighbours_always_show(place):
    text = new_number(2026).replace("-", "")
    swapped = text[:place] + text[place + 1] + text[place] + text[place + 2 :]
    assert swapped == text or not is_well_formed(normalise(swapped))


@pytest.mark.parametrize(
    "typed", ["2026222222222a", " ２０２６－２２２２２－２２２２Ａ ", "2026 22222 2222A", "2026—22222—2222a"]
)
def test_what_people_type_is_taken(typed):
    assert normalise(typed) == "2026-22222-2222A"


@pytest.mark.parametrize("typed", ["", "2026", "x" * 500, "2026-22222-2222B", "'; DROP TABLE", "张三", "\x00"])
def test_what_no_certificate_has(typed):
    assert not is_well_formed(normalise(typed))
