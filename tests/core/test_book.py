"""A book of marks: changed little by little it gives the standings of a book made anew."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contest.core.book import Book
from contest.core.marks import MISSING, NOT_PERFORMED, SCORED, Mark
from contest.core.problems import CoreError
from contest.core.scoring import evaluate
from tests.core.builders import aspect, entries, rules, stage

RATIO = {"name": "ratio", "full": "100"}
CODES, JUDGES = ("E1", "E2", "E3", "E4"), ("J1", "J2", "J3")
RULES = (
    rules(stage(aspects=[aspect("A"), aspect("B", repetitions=2)]), ranking="dense"),
    rules(stage(aspects=[aspect("A", kind="measured", conversion=RATIO), aspect("B", repetitions=2)])),
    rules(
        stage(aspects=[aspect("A"), aspect("B", repetitions=2)], advance={"count": 2, "tie": "expand"}),
        stage("T"), combine="last", incomplete="ranked", ties=[{"by": "aspect", "ref": "B"}],
    ),
)  # fmt: skip


@st.composite
def one_mark(draw):
    state = draw(st.sampled_from([SCORED, SCORED, SCORED, NOT_PERFORMED, MISSING]))
    name, repetition = draw(st.sampled_from([("A", 1), ("B", 1), ("B", 2)]))
    units = draw(st.sampled_from([0, 500, 505, 1000])) if state == SCORED else None
    return Mark("S", "1", draw(st.sampled_from(CODES)), name, repetition, draw(st.sampled_from(JUDGES)), units, state)


def place(mark):
    return mark.entry, mark.aspect, mark.repetition, mark.judge


def full():
    """Every mark that the rules ask for, so that whatever follows moves ranks."""
    places = (("A", 1), ("B", 1), ("B", 2))
    return [
        Mark("S", "1", code, name, repetition, judge, 100 * number)
        for number, code in enumerate(CODES, start=1)
        for name, repetition in places
        for judge in JUDGES
    ]


@settings(deadline=None, max_examples=60)
@given(st.sampled_from(RULES), st.lists(st.lists(one_mark(), max_size=8), max_size=5))
def test_standings_of_a_changed_book_are_those_of_a_new_one(parsed, batches):
    people, panels = entries(*CODES), {"S": JUDGES, "T": ()}
    book, result, last = Book.of(parsed, []), None, {}
    for batch in [full(), *batches]:
        last |= {place(mark): mark for mark in batch}
        book = book.put(batch)
        result = evaluate(parsed, people, book, panels, result)
        anew = evaluate(parsed, people, [mark for mark in last.values() if mark.state != MISSING], panels)
        assert result.standings == anew.standings
        assert sorted(map(place, book.marks())) == sorted(key for key, mark in last.items() if mark.state != MISSING)


def test_a_book_shares_what_did_not_change_and_stays_itself():
    before = Book.of(RULES[0], [Mark("S", "1", "E1", "A", 1, "J1", 10), Mark("S", "1", "E2", "A", 1, "J1", 20)])
    after = before.put([Mark("S", "1", "E1", "A", 1, "J1", 30)])
    assert after.of_entry("E2") is before.of_entry("E2")
    assert [mark.units for mark in before.marks()] == [10, 20]
    assert [mark.units for mark in after.marks()] == [30, 20]


def test_a_book_may_hold_marks_of_who_competes_no_more_and_a_list_may_not():
    gone = [Mark("S", "1", "E9", "A", 1, "J1", 10)]
    assert evaluate(RULES[0], entries("E1"), Book.of(RULES[0], gone)).standings[0].status == "no_marks"
    with pytest.raises(CoreError, match="unknown_place"):
        evaluate(RULES[0], entries("E1"), gone)


@pytest.mark.parametrize(
    ("mark", "code"),
    [
        (Mark("S", "1", "E1", "B", 3, "J1", 10), "unknown_place"),
        (Mark("S", "2", "E1", "A", 1, "J1", 10), "unknown_place"),
        (Mark("S", "1", "E1", "A", 1, "J1", None), "mark_without_value"),
    ],
)
def test_a_change_is_checked_like_the_first_marks(mark, code):
    with pytest.raises(CoreError, match=code):
        Book.of(RULES[0], []).put([mark])
