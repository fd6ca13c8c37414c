"""Reported by the unit, checked and re-set by the authority: both values stay, late ones are marked (rules.md 3)."""

from datetime import date

import pytest

from contest import db
from contest.errors import ConflictError, ForbiddenError, InvalidError
from contest.projects import services
from contest.projects.models import ProjectLevel
from contest.projects.services import Said
from tests.projects.scenery import PROJECTS, WAN, Site


def test_the_level_follows_from_investment_and_moves_with_the_thresholds(site: Site):
    assert [site.project(n).level for n in ("K01", "K02")] == [ProjectLevel.PROVINCE, ProjectLevel.CITY]
    with db.transaction() as session:
        fields = services.RegisterInput(province_from=200_000 * WAN, city_from=20_001 * WAN)
        services.save_register(session, site.actor("organizer"), site.event, fields)
    assert [site.project(n).level for n in ("K01", "K02")] == [ProjectLevel.CITY, ProjectLevel.COUNTY]


def test_both_values_stay_and_the_authoritys_counts(site: Site):
    site.report("plant", "K01", "2026-01", 950, on=date(2026, 1, 25))
    line = site.progress("K01").month("2026-01")
    assert (line.done, line.told.waits, line.told.history[0].is_late) == (None, True, False)
    with pytest.raises(InvalidError):  # another value than the unit's needs a reason
        site.check("K01", "2026-01", 900)
    site.check("K01", "2026-01", 900, note="现场计量")
    line = site.progress("K01").month("2026-01")
    assert (line.done, line.told.is_reset, line.told.waits) == (900 * WAN, True, False)
    assert [(row.source.value, row.amount, row.by_name) for row in line.told.history] == [
        ("reported", 950 * WAN, "测试plant"), ("checked", 900 * WAN, "测试organizer"),
    ]  # fmt: skip


def test_a_report_after_the_due_day_is_late_for_good(site: Site):
    site.report("plant", "K01", "2026-01", 950, on=date(2026, 1, 26))  # due on the 25th
    site.report("plant", "K01", "2026-01", 960, on=date(2026, 1, 27), note="补报")
    history = site.progress("K01").month("2026-01").told.history
    assert [row.is_late for row in history] == [True, True]
    assert [row.amount for row in history] == [950 * WAN, 960 * WAN]


def test_a_new_report_after_the_check_waits_again_and_the_checked_value_still_counts(site: Site):
    site.report("plant", "K01", "2026-01", 950, on=date(2026, 1, 20))
    site.check("K01", "2026-01", 950)
    site.report("plant", "K01", "2026-01", 990, on=date(2026, 1, 22), note="漏报一笔")
    line = site.progress("K01").month("2026-01")
    assert (line.done, line.told.waits) == (950 * WAN, True)
    site.check("K01", "2026-01", 990)
    assert site.progress("K01").month("2026-01").done == 990 * WAN


def test_nobody_reports_for_another_unit_and_only_the_organizer_checks(site: Site):
    with pytest.raises(ForbiddenError):
        site.report("works", "K01", "2026-01", 1, on=date(2026, 1, 5))
    with pytest.raises(ForbiddenError):
        site.report("organizer", "K01", "2026-01", 1, on=date(2026, 1, 5))
    for who in ("plant", "supervisor", "administrator"):
        with pytest.raises(ForbiddenError):
            site.check("K01", "2026-01", 1, note="x", who=who)


def test_a_check_made_on_an_old_page_is_refused(site: Site):
    site.report("plant", "K01", "2026-01", 950, on=date(2026, 1, 20))
    said = Said(site.project("K01"), "2026-01", amount=950 * WAN, seen=0)
    with pytest.raises(ConflictError), db.transaction() as session:
        services.check(session, site.actor("organizer"), site.event, [said])


def test_a_plan_changed_while_scoring_needs_its_reason(site: Site):
    fields = PROJECTS[0]
    lower = services.ProjectInput(
        fields.name, "K01", fields.owner, fields.contractor, fields.group_name, fields.investment, {"2026-01": 1}
    )
    with pytest.raises(InvalidError) as caught, db.transaction() as session:
        services.register_projects(session, site.actor("organizer"), site.event, [lower])
    assert "reason" in caught.value.fields
    assert site.progress("K01").month("2026-01").planned == 1000 * WAN
