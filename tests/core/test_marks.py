"""Typed marks: what is taken, and what is said about the rest."""

from decimal import Decimal

import pytest

from contest.core.marks import format_units, parse_value
from contest.core.problems import MarkProblem
from contest.core.rubric import Aspect, Measure

TEN = Aspect("A", "", max=Decimal(10), decimals=1, step=Decimal("0.5"))


@pytest.mark.parametrize(
    ("text", "units"),
    [
        ("8.5", 85),
        ("８。５", 85),
        (" 8 ", 80),
        ("8.50", 85),
        ("+8", 80),
        (".5", 5),
        ("０", 0),
        ("10", 100),
        ("8．５", 85),
    ],
)
def test_what_is_taken(text, units):
    assert parse_value(text, TEN) == units


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "empty"), ("　", "empty"), ("abc", "not_a_number"), ("8,5", "not_a_number"), ("1e1", "not_a_number"),
        ("٨", "not_a_number"), ("8.5.1", "not_a_number"), ("NaN", "not_a_number"), ("9" * 400, "not_a_number"),
        ("8.55", "too_many_decimals"), ("-0.5", "below_minimum"), ("10.5", "above_maximum"), ("8.3", "off_step"),
    ],
)  # fmt: skip
def test_what_is_refused(text, code):
    found = parse_value(text, TEN)
    assert isinstance(found, MarkProblem)
    assert found.code == code


def test_off_step_names_its_neighbours():
    assert parse_value("8.3", TEN) == MarkProblem("off_step", {"step": "0.5", "lower": "8", "upper": "8.5"})


@pytest.mark.parametrize(("text", "units"), [("是", 1), ("否", 0), ("1", 1), ("yes", 1)])
def test_yes_and_no(text, units):
    assert parse_value(text, Aspect("A", "", kind="boolean")) == units


def test_a_measured_value_has_bounds_of_its_own():
    rate = Aspect("A", "", kind="measured", max=Decimal(30), decimals=1, measure=Measure(min=Decimal(0)))
    assert parse_value("130.5", rate) == 1305
    assert parse_value("-1", rate) == MarkProblem("below_minimum", {"min": "0", "max": ""})


@pytest.mark.parametrize(
    ("units", "decimals", "text"), [(850, 2, "8.50"), (-5, 2, "-0.05"), (7, 0, "7"), (0, 1, "0.0")]
)
def test_units_are_printed_with_all_decimals(units, decimals, text):
    assert format_units(units, decimals) == text
