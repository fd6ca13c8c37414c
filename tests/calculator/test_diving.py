"""Sydney 2000: the official ranks come out of the raw scores, through rule sets and a marks file alone."""

from collections import Counter
from pathlib import Path

import pytest

from contest.calculator import score_files
from tests.calculator.relayout import melt, table, write

RULES = Path(__file__).parent / "rulesets"
JUDGES = {f"J{number}": f"J{number}" for number in range(1, 8)}
FIXED = {
    "event": "Event", "stage": "Round", "entry": lambda row: f"{row['Diver']} {row['Country']}",
    "aspect": lambda _: "dive", "repetition": "DiveNo", "factor": "Difficulty", "name": "Diver", "unit": "Country",
}  # fmt: skip
ROUNDS = (
    ("preliminary", "Prelim", ("Prelim",)),
    ("semifinal", "Semi", ("Prelim", "Semi")),
    ("final", "Final", ("Semi", "Final")),
)


@pytest.mark.parametrize(("rules", "decided", "counted"), ROUNDS, ids=[name for name, *_ in ROUNDS])
def test_every_official_rank_comes_out(tmp_path, rules, decided, counted):
    dives = table("diving_sydney2000/sydney2000_dives.csv")
    own = [dive for dive in dives if dive["Round"] in counted]
    marks = write(tmp_path / "marks.csv", melt(own, JUDGES, FIXED))

    calculation = score_files(RULES / f"diving_{rules}.json", marks)

    official = {
        (dive["Event"], f"{dive['Diver']} {dive['Country']}"): dive["Rank"]
        for dive in dives
        if dive["Round"] == decided
    }
    found = {
        (name, standing.entry): standing.rank
        for name, event in calculation.events.items()
        for standing in event.result.standings
        if standing.rank is not None
    }
    assert found == official


def test_the_rounds_hold_295_ranks():
    dives = table("diving_sydney2000/sydney2000_dives.csv")
    ranks = {(dive["Event"], dive["Round"], dive["Diver"], dive["Country"], dive["Rank"]) for dive in dives}
    rounds = Counter((event, stage) for event, stage, *_ in ranks)
    assert (len(ranks), len(rounds)) == (295, 12)
