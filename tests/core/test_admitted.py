"""Who takes part in a stage, and which stages decide it: by hand."""

import pytest

from contest.core.marks import EntryInput
from contest.core.scoring import evaluate
from tests.core.builders import marks, rules, stage

PLACE = ("S", "1", "A", 1)
FIRST = {"A": 900, "B": 800, "C": 800, "D": 700}


def test_who_takes_part_in_a_stage_does_not_hang_on_what_it_holds():
    own = rules(
        stage("S", advance={"count": 3}), stage("T"), stage("U", advance={"count": 1, "by": "stage"}), stage("F")
    )
    first = [m for code, units in FIRST.items() for m in marks(code, [units], PLACE)]
    third = [m for code, units in {"A": 10, "B": 90, "D": 99}.items() for m in marks(code, [units], ("U", "1", "A", 1))]
    people = [EntryInput(code) for code in FIRST]
    for given_marks in (first, first + third):
        result = evaluate(own, people, given_marks)
        assert [sorted(result.admitted(key)) for key in "STU"] == [list("ABCD"), list("ABC"), list("ABC")]
    assert result.admitted("F") == set()  # T lacks its marks: nobody is in the order by then
    gone = evaluate(own, [EntryInput("A", disqualified="cheated"), *people[1:]], first)
    assert sorted(gone.admitted("T")) == list("BCD")


@pytest.mark.parametrize(("stage_id", "deciding"), [("S", ""), ("T", "S"), ("U", "S"), ("F", "STU")])
def test_a_stage_waits_for_all_stages_up_to_the_last_cut_before_it(stage_id, deciding):
    own = rules(stage("S", advance={"count": 3}), stage("T"), stage("U", advance={"count": 1}), stage("F"))
    assert [found.id for found in own.deciding(stage_id)] == list(deciding)
