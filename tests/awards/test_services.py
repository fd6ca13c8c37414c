"""Awards from a published result; expected lists worked out by hand from the table in scenery.py."""

import json

import pytest

from contest import db
from contest.actors import Role
from contest.awards import queries, services
from contest.awards.models import AwardState
from contest.awards.reasons import reason_text
from contest.competitions.models import Event
from contest.errors import ConflictError, ForbiddenError, NotFoundError
from contest.ledger import queries as ledger
from tests.awards.scenery import AWARDS, build_contest, published
from tests.support import make_person


def give(contest, version=None):
    with db.transaction() as session:
        event = session.get_one(Event, (contest.event.tenant_id, contest.event.id))
        awards = services.give_awards(session, contest.organizer, event, version)
        numbers = {entry.id: int(entry.number) for entry in contest.entries}
        # tied entries come in the order of their blind codes, which the draw makes anew each time
        rows = [(award.title, numbers[award.entry_id], award.rank) for award in awards]
        assert [int(row[2]) for row in rows] == sorted(int(row[2]) for row in rows)
        return sorted(rows, key=lambda row: (int(row[2]), row[1]))


def view(contest, actor=None):
    with db.reading() as session:
        return queries.award_list(session, actor or contest.organizer, contest.event.id)


def ledger_awards(contest):
    with db.reading() as session:
        rows = ledger.data_of(ledger.rows(session, contest.competition), "award")
        codes = {entry.code: int(entry.number) for entry in contest.entries}
        return [(codes[row["entry"]], row["award"], row["version"], row["state"]) for row in rows]


EXPECTED = [
    ("一等奖", 1, "1"),
    ("二等奖", 2, "2"),
    ("二等奖", 3, "2"),
    ("二等奖", 4, "4"),
    ("二等奖", 5, "4"),
    ("三等奖", 6, "6"),
    ("三等奖", 7, "7"),
]


def test_rank_quota_and_threshold_give_what_the_hand_gives(contest):
    assert give(contest) == EXPECTED


def test_every_award_goes_to_the_ledger_under_its_code(contest):
    give(contest)
    assert sorted(ledger_awards(contest)) == [
        (1, "first", 1, "given"), (2, "second", 1, "given"), (3, "second", 1, "given"), (4, "second", 1, "given"),
        (5, "second", 1, "given"), (6, "third", 1, "given"), (7, "third", 1, "given"),
    ]  # fmt: skip


def test_giving_twice_changes_nothing(contest):
    give(contest)
    assert give(contest) == EXPECTED
    assert len(ledger_awards(contest)) == 7


def test_a_veto_bars_the_award_and_keeps_the_rank(contest):
    contest.veto(1)
    assert [row[1] for row in give(contest)] == [2, 3, 4, 5, 6, 7]  # no first prize: a place by rank stays empty
    barred = view(contest).barred
    assert [(row.entry.name, row.rank, str(row.total), row.vetoes) for row in barred] == [
        ("王一", "1", "95", [("安全事故", "吊臂碰撞事故")])
    ]


def test_a_tie_across_the_boundary_is_said(contest):
    assert [(tier.award.id, tier.quota, tier.boundary) for tier in view(contest).tiers] == [
        ("first", None, ""), ("second", 3, "expanded"), ("third", None, ""),
    ]  # fmt: skip


def test_shrink_gives_to_none_of_the_tied(world):
    second = AWARDS[1] | {"boundary_tie": "shrink"}
    contest = published(world, awards=[AWARDS[0], second, AWARDS[2] | {"min": "92"}])
    assert [row[:2] for row in give(contest)] == [("一等奖", 1), ("二等奖", 2), ("二等奖", 3)]
    assert view(contest).tiers[1].boundary == "shrunk"


def test_shares_of_the_entrants(world):
    shares = [("a", "特等奖", "10"), ("b", "一等奖", "25"), ("c", "二等奖", "40")]
    awards = [{"id": key, "title": title, "by": "share", "percent": percent} for key, title, percent in shares]
    contest = published(world, awards=awards)
    # 8 entrants: 0.8 -> 1, 2.0 -> 2, 3.2 -> 3 (each half up)
    assert [row[:2] for row in give(contest)] == [
        ("特等奖", 1), ("一等奖", 2), ("一等奖", 3), ("二等奖", 4), ("二等奖", 5), ("二等奖", 6),
    ]  # fmt: skip


def test_a_newer_result_withdraws_what_it_no_longer_gives(contest):
    give(contest)
    contest.correct(7, 650)  # from 80.0 (third prize) to 65.0
    assert not view(contest).is_given
    assert [row[1] for row in give(contest)] == [1, 2, 3, 4, 5, 6]
    assert (7, "third", 1, "withdrawn") in ledger_awards(contest)
    with db.reading() as session:
        states = [award.state for award in queries.all_awards(session, contest.event)]
    assert states.count(AwardState.WITHDRAWN) == 1
    assert view(contest).is_given


def test_nothing_is_given_before_publication(world):
    contest = build_contest(world)
    with pytest.raises(ConflictError, match="还没有正式发布"):
        give(contest)
    assert view(contest).tiers == []


def test_a_page_of_an_older_result_gives_nothing(contest):
    contest.correct(7, 650)
    with pytest.raises(ConflictError, match="刷新"):
        give(contest, version=1)
    assert ledger_awards(contest) == []


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.ADMINISTRATOR, Role.CHIEF_JUDGE])
def test_only_the_organizer_gives(contest, role):
    _, other = make_person(contest.world, role)
    assert view(contest, other).count == 7
    with pytest.raises(ForbiddenError), db.transaction() as session:
        services.give_awards(session, other, session.get_one(Event, (contest.event.tenant_id, contest.event.id)))


def test_a_judge_sees_no_list_and_a_stranger_no_event(contest):
    _, judge = make_person(contest.world, Role.JUDGE)
    with pytest.raises(ForbiddenError):
        view(contest, judge)
    _, member = make_person(contest.world, Role.MEMBER)
    with pytest.raises(NotFoundError):
        view(contest, member)


def test_reasons_are_sentences():
    shared = {"by": "quota", "place": 4, "quota": 3, "shared": True, "tied": True}
    assert reason_text(json.dumps(shared)) == "共 3 个名额，位列其中第 4；并列跨过名额边界，按办法一并授予"
    assert reason_text(json.dumps({"by": "rank", "first": 2, "last": 3})) == "办法规定第 2 至 3 名"
    assert reason_text(json.dumps({"by": "share", "percent": "10", "of": "entrants", "quota": 3, "place": 2})) == (
        "办法规定参赛数的 10%，共 3 个名额，位列其中第 2"
    )
    assert reason_text(json.dumps({"by": "threshold", "total": "88.5", "min": "80"})) == "总分 88.5，达到 80 分"
    assert reason_text("") == ""
