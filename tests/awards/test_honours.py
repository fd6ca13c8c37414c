"""What a result earns beside its list: medals by a scale, money, points, limits, promotion; worked out by hand.

Totals 95 93 93 90 90 88 80 70: median 90; distances from it 5 3 3 0 0 2 10 20, their median (MAD) 3; so the scale is
700 + 30 x (total - 90) / (1.4826 x 3), half up (rules.md 1, SCALE-1); medals within 2 of the leader (MEDAL-1, -5).

| number | total | scale | medal | money | points | held | granted |
|---|---|---|---|---|---|---|---|
| 1 | 95 | 734 | gold | 5000 | 2 | 技师 | 高级技师 (rank 1 to 3, holds 技师) |
| 2 | 93 | 720 | silver | 3000 | 1 | 高级工 | 技师 (silver, holds 高级工) |
| 3 | 93 | 720 | silver | 3000 | 1 | 技师 | 高级技师 |
| 4, 5 | 90 | 700 | excellence | 500 | 0.5 | - | - |
| 6 | 88 | 687 | (two silvers: no bronze, it is further than 2 from them) | | | | |
| 7, 8 | 80, 70 | 633, 565 | | | | | |
| all | | | 5 winners | 12000 | 5 | | |

Frontline workers at least 50 % of 5 winners = 3, there are 2; managers at most 20 % = 1, there is 1; nobody is
registered as a woman.
"""

from __future__ import annotations

import io
import re

import pypdf
import pytest

from contest import db
from contest.awards import queries
from contest.awards import services as awards
from contest.certificates import services as certificates
from contest.competitions.models import Event
from contest.publications.queries import public_result
from contest.web.security import LANGUAGE_COOKIE
from tests.awards.scenery import published
from tests.support import sign_in

MEDALS = (("gold", "金奖", "5000", "2"), ("silver", "银奖", "3000", "1"), ("bronze", "铜奖", "2000", "1"),
          ("excellence", "优胜奖", "500", "0.5"))  # fmt: skip
RULES = {
    "awards": [
        {"id": name, "title": title, "by": "medal", "medal": name, "money": money, "points": points}
        for name, title, money, points in MEDALS
    ],
    "statistics": [{"id": "ws", "title": "标准分", "name": "scale_median_mad"}],
    "medals": {"on": "ws", "excellence": "700"},
    "award_bounds": [
        {"category": "frontline", "title": "一线职工", "min_percent": "50"},
        {"category": "manager", "title": "管理人员", "max_percent": "20"},
        {"category": "woman", "title": "女职工", "min_percent": "30"},
    ],
    "promotions": [
        {"grants": "高级技师", "first": 1, "last": 3, "held": ["技师"]},
        {"grants": "技师", "award": "silver", "held": ["高级工"]},
    ],
}
DETAILS = (
    {"categories": ["frontline"], "held": "技师"}, {"categories": ["manager"], "held": "高级工"}, {"held": "技师"},
    {"categories": ["frontline"]},
)  # fmt: skip
SCALE = dict(zip(range(1, 9), ("734", "720", "720", "700", "700", "687", "633", "565"), strict=True))


@pytest.fixture
def medals(world):
    return published(world, details=DETAILS, **RULES)


def test_medals_money_points_limits_and_promotions(medals):
    with db.reading() as session:
        view = queries.award_list(session, medals.organizer, medals.event.id)
    numbers = {entry.id: int(entry.number) for entry in medals.entries}
    assert {tier.award.id: sorted(numbers[row.entry.id] for row in tier.rows) for tier in view.tiers} == {
        "gold": [1], "silver": [2, 3], "bronze": [], "excellence": [4, 5],
    }  # fmt: skip
    found = view.honours
    assert (found.winners, str(found.money), str(found.points)) == (5, "12000", "5")
    assert [finding.is_kept for finding in found.findings] == [False, True, None]
    assert {(numbers[row.entry.id], row.held, row.granted) for row in found.promotions} == {
        (1, "技师", "高级技师"), (2, "高级工", "技师"), (3, "技师", "高级技师"),
    }  # fmt: skip
    assert {int(entry.number): found.scales[0].shown(entry.code) for entry in medals.entries} == SCALE


def test_a_medal_is_given_and_certified(medals):
    with db.transaction() as session:
        event = session.get_one(Event, (medals.event.tenant_id, medals.event.id))
        gold = awards.give_awards(session, medals.organizer, event)[0]
        certificate = certificates.issue(session, medals.organizer, gold)
        assert (certificate.recipient, certificate.award_title) == ("王一", "金奖")


def test_the_page_shows_all_of_it_in_both_languages(client, medals):
    sign_in(client, medals.account)
    path = f"/events/{medals.event.id}/awards"
    text = client.get(path).text
    for words in (
        "12,000", "每个奖金 3,000 元 · 每个积分 1 分", "奖金和积分各记各的账", "职业资格晋级", "高级技师", "不符合",
        "无从核对", "获奖者 5 个，其中一线职工 2 个；办法要求不少于 50%，即至少 3 个。", "标准分 734",
        "不用来排名，也不是世赛官方分", "按办法的奖牌规则得银牌",
    ):  # fmt: skip
        assert words in text, words
    client.cookies.set(LANGUAGE_COOKIE, "en")
    text = client.get(path).text
    for words in ("Grade promotion", "Not kept", "Prize money in all"):
        assert words in text, words


def test_the_scale_stands_beside_the_result_as_a_labelled_statistic(client, medals):
    # rules.md 1: "an optional, labelled statistic and never the official value"
    note = "“标准分”由总分换算，奖牌按它的差距评定：不用来排名，也不是世赛官方分。"
    sign_in(client, medals.account)
    standings = client.get(f"/events/{medals.event.id}/standings").text
    assert note in standings
    assert re.search(r'<td class="num soft" data-label="[^"]*标准分[^"]*">734</td>', standings)
    slip = f"/events/{medals.event.id}/standings/{medals.entries[5].id}"
    assert "标准分（参考）" in client.get(slip).text
    pdf = pypdf.PdfReader(io.BytesIO(client.get(f"{slip}/slip.pdf").content))
    assert "687" in pdf.pages[0].extract_text()
    client.cookies.clear()
    public = client.get(f"/zh/results/{medals.event.id}").text
    assert note in public
    with db.reading() as session:
        document = public_result(session, medals.event.id).document
    assert {int(row["number"]): row["scales"]["ws"] for row in document["rows"]} == SCALE
    assert [row["rank"] for row in document["rows"]] == ["1", "2", "2", "4", "4", "6", "7", "8"]


THEMES = ("safe", "safe", "green", "green", "safe", "green", "", "safe")
"""The class of entries 1 to 8 (七彩班组: one winner for each theme)."""


@pytest.fixture
def themes(world):
    return published(
        world,
        awards=[{"id": "winner", "title": "主题优胜", "by": "quota", "count": 1, "per": "class"}],
        classes=[{"id": "safe", "title": "安全"}, {"id": "green", "title": "绿色"}],
        rank_within="class",
        details=tuple({"class": theme} if theme else {} for theme in THEMES),
    )


def test_one_winner_for_each_theme_and_every_list_says_which(client, themes):
    """Safe: 1 (95), 2 (93), 5 (90), 8 (70): the winner is 1. Green: 3 (93), 4 (90), 6 (88): the winner is 3. Entry 7
    has no class and no rank.
    """
    with db.reading() as session:
        view = queries.award_list(session, themes.organizer, themes.event.id)
        document = public_result(session, themes.event.id).document
    found = {(int(row.entry.number), row.rank, row.class_title) for row in view.tiers[0].rows}
    assert found == {(1, "1", "安全"), (3, "1", "绿色")}
    ranks = {int(row["number"]): (row["class"], row["rank"]) for row in document["rows"]}
    assert ranks == {
        1: ("安全", "1"), 2: ("安全", "2"), 5: ("安全", "3"), 8: ("安全", "4"),
        3: ("绿色", "1"), 4: ("绿色", "2"), 6: ("绿色", "3"), 7: ("", None),
    }  # fmt: skip
    sign_in(client, themes.account)
    for path in (f"/events/{themes.event.id}/standings", f"/zh/results/{themes.event.id}"):
        text = client.get(path).text
        assert "各组别分别排名。" in text
        assert "绿色" in text
    assert "组别：绿色" in client.get(f"/events/{themes.event.id}/awards").text
