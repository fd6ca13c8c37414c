"""The two pictures say in words what they show, and print: no style, no script."""

from datetime import date

import pytest

from contest.projects.pictures import investment_curve, milestone_picture
from tests.projects.scenery import Site


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_the_curve_and_the_milestones_say_their_message(site: Site):
    site.report("plant", "K01", "2026-01", 900, on=date(2026, 1, 5))
    site.check("K01", "2026-01", 900)
    site.report("plant", "K01", "2026-02", 1700, on=date(2026, 2, 5))  # not checked: it doesn't count yet
    site.reach("K01", date(2026, 2, 15))
    one = site.progress("K01")
    curve = investment_curve(one)
    # plan 1000 + 2000 + 1000; done 900: 22.5 % against 25 %
    assert "到 2026-01 完成全部计划的 22.5%，计划应完成 25.0%" in curve
    assert "实际：2026-01 22.5" in curve
    picture = milestone_picture(one, date(2026, 3, 1))
    assert "节点：1 个落后于计划" in picture
    assert "晚 5 天" in picture
    assert "基坑完成 2026-02-10 → 2026-02-15" in picture
    assert "style=" not in curve + picture
    assert "没有落后" in milestone_picture(site.progress("K02"), date(2026, 1, 1))
