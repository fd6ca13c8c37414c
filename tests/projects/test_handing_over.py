"""Indicators become measured marks of the ledger, exactly, and nothing unchecked becomes one."""

import json
from datetime import date
from decimal import Decimal

import pytest
from sqlmodel import select

from contest import db
from contest.actors import SYSTEM
from contest.entries.queries import entry_vetoes
from contest.errors import ConflictError, ForbiddenError, InvalidError
from contest.judging.models import MarkRow
from contest.ledger.models import LedgerRow
from contest.projects import services
from contest.projects.handing import indicator_table
from contest.projects.models import Finding
from contest.projects.queries import register_desk
from contest.projects.services import FindingInput
from contest.standings.services import compute
from tests.projects.scenery import Site, build_site


def marks(site: Site, period: str) -> dict[tuple[str, str], int | None]:
    with db.reading() as session:
        query = select(MarkRow).where(MarkRow.event_id == site.event.id, MarkRow.period_key == period)
        return {(row.entry_code, row.aspect): row.units for row in session.exec(query)}


def whys(site: Site, period: str) -> dict[tuple[str, str], str]:
    with db.reading() as session:
        found = register_desk(session, SYSTEM, site.event.id)
        table = indicator_table(session, found, site.periods[period][1].id)
        return {(x.entry.number, c.place.aspect.id): c.why for x in table.lines for c in x.cells if c.why}


def find(site: Site, number: str, kind: str, marks: str, day: date) -> Finding:
    with db.transaction() as session:
        fields = FindingInput(day, kind, "现场问题", marks)
        return services.add_finding(session, site.actor("organizer"), site.project(number), fields, [])


def test_a_month_is_handed_over_exactly(site: Site):
    site.report("plant", "K01", "2026-01", 1283, on=date(2026, 1, 20))
    site.check("K01", "2026-01", 1277, note="核减")
    site.report("works", "K02", "2026-01", 200, on=date(2026, 1, 20))
    site.check("K02", "2026-01", 200)
    site.reach("K02", date(2026, 1, 31), who="works")
    for kind, value, day in (("扬尘", "2", date(2026, 1, 3)), ("扬尘", "2", date(2026, 1, 9)),
                             ("围挡", "1.5", date(2026, 1, 9)), ("围挡", "1.5", date(2026, 2, 1))):  # fmt: skip
        find(site, "K02", kind, value, day)
    # K01's first milestone is due in February: there is no rate in January, and no mark
    assert whys(site, "2026-01") == {("K01", "B4"): "没有到期的节点"}
    assert site.hand_over("2026-01") == 5
    # 1277 / 1000 = 127.70 %; 200 / 300 = 66.666… % -> 66.67; one of one milestone; dust once and fence once: 3.5
    assert marks(site, "2026-01") == {
        ("K01", "B3"): 12770, ("K01", "B7"): 0, ("K02", "B3"): 6667, ("K02", "B4"): 10000, ("K02", "B7"): 35,
    }  # fmt: skip
    assert site.hand_over("2026-01") == 0


def test_the_ledger_says_what_was_checked_and_by_which_account(site: Site):
    site.report("plant", "K01", "2026-01", 950, on=date(2026, 1, 20))
    site.check("K01", "2026-01", 900, note="核减")
    site.hand_over("2026-01")
    site.check("K01", "2026-01", 1000, note="复核后更正")
    site.hand_over("2026-01")
    with db.reading() as session:
        marks = select(LedgerRow).where(LedgerRow.kind == "mark").order_by(LedgerRow.seq)
        bodies = [json.loads(row.body) for row in session.exec(marks)]
    mine = [b["data"] for b in bodies if (b["data"]["entry"], b["data"]["aspect"]) == ("K01", "B3")]
    assert [row["units"] for row in mine] == [9000, 10000]  # a correction is a second mark
    assert "核定完成900.00万元" in mine[0]["reason"]
    assert site.people["organizer"][0].id in mine[0]["reason"]
    assert "测试" not in json.dumps(bodies, ensure_ascii=False), "no names in the ledger"


def test_what_is_not_checked_is_never_a_mark(site: Site):
    site.report("plant", "K01", "2026-01", 950, on=date(2026, 1, 20))
    site.reach("K02", date(2026, 1, 19), who="works", checked=False)
    assert whys(site, "2026-01") == {
        ("K01", "B3"): "2026-01 还没有核定", ("K01", "B4"): "没有到期的节点",
        ("K02", "B3"): "2026-01 没有上报也没有核定", ("K02", "B4"): "1 个节点的上报还没有核定",
    }  # fmt: skip
    site.hand_over("2026-01")
    assert set(marks(site, "2026-01")) == {("K01", "B7"), ("K02", "B7")}


def test_a_quarter_sums_its_months_and_a_milestone_reached_later_does_not_count(site: Site):
    for month, done in (("2026-01", 900), ("2026-02", 1700), ("2026-03", 1200)):
        site.report("plant", "K01", month, done, on=date(2026, 1, 5))
        site.check("K01", month, done)
    site.reach("K01", date(2026, 4, 1))
    site.hand_over("2026Q1")
    # (900 + 1700 + 1200) / 4000 = 95 %; the pit was done on 1 April: 0 of 1 by 31 March
    assert (marks(site, "2026Q1")["K01", "B3"], marks(site, "2026Q1")["K01", "B4"]) == (9500, 0)


def test_standings_follow(site: Site):
    for number, who, done in (("K01", "plant", 850), ("K02", "works", 390)):
        site.report(who, number, "2026-01", done, on=date(2026, 1, 5))
        site.check(number, "2026-01", done)
    site.reach("K02", date(2026, 1, 20), who="works")
    find(site, "K01", "扬尘", "2", date(2026, 1, 9))
    site.hand_over("2026-01")
    with db.reading() as session:
        scores = {row.entry: row.aspect_scores for row in compute(session, site.event).result.standings}
    # completion (COMP-1…6): 85 % of 30 = 25.5; 130 % stops at 120 % = 36
    assert scores["K01"]["year", "2026-01", "B3"] == Decimal("25.5")
    assert scores["K02"]["year", "2026-01", "B3"] == 36
    assert scores["K01"]["year", "2026-01", "B7"] == -2


def test_a_withdrawn_finding_is_corrected_in_scoring(site: Site):
    found = find(site, "K01", "扬尘", "2", date(2026, 1, 9))
    key = (found.tenant_id, found.id)
    site.hand_over("2026-01")
    with db.transaction() as session:
        finding = session.get_one(Finding, key)
        with pytest.raises(InvalidError):
            services.withdraw_finding(session, site.actor("organizer"), site.project("K01"), finding, " ")
        services.withdraw_finding(session, site.actor("organizer"), site.project("K01"), finding, "查无此事")
    assert site.hand_over("2026-01") == 1
    assert marks(site, "2026-01")["K01", "B7"] == 0


def test_a_finding_is_the_evidence_of_a_veto_once(site: Site):
    finding = find(site, "K01", "坍塌", "10", date(2026, 1, 9))
    given = {"veto": "accident", "reason": "支架坍塌", "decided_by": "安监站"}
    for again in (False, True):
        with db.transaction() as session:
            finding = session.get_one(Finding, (finding.tenant_id, finding.id))
            project, entry = site.project("K01"), site.progress("K01").entry
            if again:
                with pytest.raises(ConflictError):
                    services.veto_for(session, site.actor("organizer"), project, entry, finding, **given)
            else:
                entry = session.merge(entry)
                services.veto_for(session, site.actor("organizer"), project, entry, finding, **given)
    with db.reading() as session:
        vetoes = entry_vetoes(session, site.progress("K01").entry)
        assert [(veto.veto, veto.happened_on) for veto in vetoes] == [("accident", "2026-01-09")]
        assert session.get_one(Finding, (finding.tenant_id, finding.id)).veto_id == vetoes[0].id


def test_a_blind_event_and_another_role_hand_nothing_over(world):
    site = build_site(world, blind=True)
    with pytest.raises(ConflictError):
        site.hand_over("2026-01")
    for who in ("supervisor", "administrator", "plant"):
        with pytest.raises(ForbiddenError):
            site.hand_over("2026-01", who=who)
