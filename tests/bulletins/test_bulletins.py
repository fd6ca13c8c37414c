"""A bulletin tells ranks, movement against the periods before and reasons; once issued it never changes (C4)."""

from datetime import date

import pytest

from contest import db
from contest.actors import SYSTEM
from contest.bulletins import services
from contest.bulletins.services import Asked
from contest.competitions.models import Period
from contest.entries.vetoes import give_veto
from contest.errors import ConflictError, ForbiddenError, InvalidError
from contest.judging.services import lock_period, submit_operations
from tests.projects.scenery import Site
from tests.support import sign_in, unlock


def clerk(site: Site, period: str) -> None:
    """Quality of both, and K01's milestone rate in January, when none of its own was due."""
    marks = [("K01", "B1", 300), ("K02", "B1", 300), *([("K01", "B4", 10000)] if period == "2026-01" else [])]
    operations = [
        {"op_id": f"clerk-{period}-{code}-{aspect}", "event": site.event.id, "stage": "year", "period": period,
         "entry": code, "aspect": aspect, "value": value, "judge": "", "reason": "录入"}
        for code, aspect, value in marks
    ]  # fmt: skip
    assert {answer["result"] for answer in submit_operations(SYSTEM, operations)} == {"accepted"}


def score(site: Site, period: str, k01: int, k02: int) -> None:
    """Investment of both projects in 万元, milestones reached on time, then everything handed over and locked."""
    site.reach("K01", date(2026, 2, 10))
    site.reach("K02", date(2026, 1, 20), who="works")
    for number, who, done in (("K01", "plant", k01), ("K02", "works", k02)):
        site.report(who, number, period, done, on=date(2026, 1, 5))
        site.check(number, period, done)
    clerk(site, period)
    site.hand_over(period)
    lock(site, period)


def lock(site: Site, period: str) -> None:
    with db.transaction() as session:
        key = (site.event.tenant_id, site.periods[period][1].id)
        lock_period(session, site.actor("organizer"), session.get_one(Period, key))


def issue(site: Site, asked: Asked, who: str = "organizer"):
    with db.transaction() as session:
        return services.issue_bulletin(session, site.actor(who), site.event.id, asked)


JANUARY = Asked("year", "2026-01", "2026-01", "一月通报", reds=1, snails=1)
FEBRUARY = Asked("year", "2026-02", "2026-02", "二月通报", reds=1, snails=1)


def rows(site: Site, asked: Asked) -> list[tuple[str, str, str, int | None, str]]:
    with db.reading() as session:
        _, found = services.draw_up(session, site.actor("organizer"), site.event.id, asked)
    return [(row.rank, row.code, row.score, row.moved, row.flag) for row in found]


def test_ranks_movement_and_flags(site: Site):
    score(site, "2026-01", k01=1000, k02=270)
    score(site, "2026-02", k01=1500, k02=300)
    # January: 100 % -> 30, 90 % -> 27; both 30 of milestones and 30 of quality
    assert rows(site, JANUARY) == [("1", "K01", "90.00", None, "red"), ("2", "K02", "87.00", None, "snail")]
    # February: 75 % -> 22.5 against 100 % -> 30
    assert rows(site, FEBRUARY) == [("1", "K02", "90.00", 1, "red"), ("2", "K01", "82.50", -1, "snail")]
    # both months: means 86.25 and 88.50; there is nothing before them
    both = Asked("year", "2026-01", "2026-02", reds=0, snails=0)
    assert rows(site, both) == [("1", "K02", "88.50", None, ""), ("2", "K01", "86.25", None, "")]


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_veto_takes_the_red_flag_and_leaves_the_rank(site: Site):
    score(site, "2026-01", k01=1000, k02=270)
    with db.transaction() as session:
        entry = session.merge(site.progress("K01").entry)
        give_veto(session, site.actor("organizer"), entry, veto="accident", reason="坍塌", decided_by="安监站")
    assert rows(site, JANUARY) == [("1", "K01", "90.00", None, ""), ("2", "K02", "87.00", None, "snail")]


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_only_locked_periods_by_the_organizer_with_a_title(site: Site):
    with pytest.raises(ConflictError):
        issue(site, JANUARY)
    score(site, "2026-01", k01=1000, k02=270)
    with pytest.raises(ForbiddenError):
        issue(site, JANUARY, who="administrator")
    with pytest.raises(InvalidError):
        issue(site, Asked("year", "2026-01", "2026-01"))
    with pytest.raises(InvalidError):
        issue(site, Asked("year", "2026-02", "2026-01", "x"))


def test_what_is_issued_stays_and_the_correction_shows_in_the_next_one(site: Site, client):
    score(site, "2026-01", k01=1000, k02=270)
    assert issue(site, JANUARY).number == 1
    with db.transaction() as session:
        period = session.get_one(Period, (site.event.tenant_id, site.periods["2026-01"][1].id))
        unlock(session, period, "复核更正")
    site.check("K01", "2026-01", 800, note="剔除设备款")
    site.hand_over("2026-01")
    lock(site, "2026-01")
    assert issue(site, JANUARY).number == 2
    sign_in(client, site.people["works"][0])
    pages = [client.get(f"/events/{site.event.id}/bulletins/{number}") for number in (1, 2)]
    assert [page.status_code for page in pages] == [200, 200]
    assert "90.00" in pages[0].text
    assert "84.00" in pages[1].text
    answer = client.get(f"/events/{site.event.id}/bulletins/2/pdf")
    assert (answer.status_code, answer.content[:5]) == (200, b"%PDF-")
    assert client.get(f"/events/{site.event.id}/bulletins/3").status_code == 404
