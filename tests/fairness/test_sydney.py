"""Emerson, Seltzer and Lin (2009), "Assessing Judging Bias: An Example From the 2000 Olympic Games", The American
Statistician 63(2), 124-131: the report finds the judges that they found, from the marks of the same dives.

The differences of discrepancies of single judges are those of the study's published data (doi 10.1198/tast.2009.0026):
Alt 0.39, Mena 0.30, Barnett 0.29, Zaitsev 0.28, McFarland 0.19, Geissbühler 0.68 (on three dives).
"""

from __future__ import annotations

from functools import cache

import pytest

from contest import db
from contest.competitions.queries import competition_of, get_event
from contest.fairness.making import report_body
from contest.fairness.wording import own_title
from contest.standings.services import compute
from tests.fairness.sydney import Sydney, dives
from tests.support import build_world

EVENTS = ("M3mSB", "M10mPF", "W3mSB", "W10mPF")
PUBLISHED = {"GER": "0.39", "MEX": "0.30", "AUS": "0.29", "RUS": "0.28", "USA": "0.19", "GBR": "0.28", "CAN": "0.17"}


@pytest.fixture(scope="module")
def sydney(tmp_path_factory, sqlite_template):
    """All 1,541 dives, imported and locked; event title -> id."""
    rows = dives()
    folder = tmp_path_factory.mktemp("sydney")
    path = folder / "contest.db"
    path.write_bytes(sqlite_template.read_bytes())
    db.configure(f"sqlite:///{path}")
    with db.transaction() as session:
        world = build_world(session)
    made = Sydney(world, rows)
    ids = {}
    for title in EVENTS:
        event = made.event(title)
        made.bring(event, folder)
        ids[title] = event.id
    yield ids
    db.engine().dispose()


@cache
def figures(event_id, stage):
    with db.reading() as session:
        event = get_event(session, event_id)
        return report_body(session, competition_of(session, event), event, stage, lambda _done, _total: None)


def own(body, judge, scope):
    return next(row for row in body["own"] if (row["judge"], row["scope"]) == (judge, scope))


def test_the_judge_that_the_literature_found_stands_out(sydney):
    body = figures(sydney["M3mSB"], "Prelim")
    alt = own(body, "GER", "competition")
    assert (alt["own"], alt["others"], alt["difference"], alt["verdict"]) == (25, 473, "0.39", "stands_out")
    assert "GER" in own_title(body)
    assert {judge: own(body, judge, "competition")["difference"] for judge in PUBLISHED} == PUBLISHED
    assert own(body, "GER", "stage")["own"] == 6


def test_a_large_difference_on_few_dives_is_not_held_against_a_judge(sydney):
    """Geissbühler: 0.68, but three dives."""
    body = figures(sydney["W3mSB"], "Prelim")
    row = own(body, "SUI", "competition")
    assert (row["own"], row["others"], row["difference"]) == (3, 398, "0.68")
    assert (row["verdict"], row["chance"]) == ("few", None)


def test_the_final_has_neutral_judges_exact_ranks_and_a_line_of_thirty_hundredths(sydney):
    """Xiong 708.72, Platas 708.42: the official difference between gold and silver was 0.30."""
    with db.reading() as session:
        result = compute(session, get_event(session, sydney["M3mSB"])).result
    official = {row["number"]: row["Rank"] for row in dives() if (row["Event"], row["Round"]) == ("M3mSB", "Final")}
    assert {row.entry: row.rank for row in result.standings if row.rank} == official
    body = figures(sydney["M3mSB"], "Final")
    assert {row["scope"] for row in body["own"]} == {"competition"}
    gold = body["lines"][0]
    assert (gold["last_total"], gold["first_out_total"], gold["gap"]) == ("708.72", "708.42", "0.30")
    assert len(body["removal"]) == 7
    assert any(row["crossed"][0]["up"] for row in body["removal"])
    assert body["one_mark"]["per_line"][0] > 0
    assert body["agreement"]["judges"] == 7
    assert float(body["agreement"]["w"]["value"]) > 0.5


def test_two_panels_in_turn_are_compared_within_themselves(sydney):
    body = figures(sydney["M3mSB"], "Prelim")
    assert len(body["judges"]) == 14
    assert (body["agreement"]["judges"], body["agreement"]["entries"]) == (7, 49)
    assert body["agreement"]["w"]["value"]
