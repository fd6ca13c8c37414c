"""The pages of team and all-round tables: from the form to the public page, in both languages."""

from __future__ import annotations

import io
import re

import pypdf
import pytest

from contest import db
from contest.actors import Role
from contest.overall import services
from contest.web.security import LANGUAGE_COOKIE
from tests.overall.making import make_trades
from tests.support import make_person, sign_in


@pytest.fixture
def trades(world):
    return make_trades(world)


def boxes(trades, token, **more):
    found = {
        "csrf_token": token, "title": "团体总分", "title_en": "Team total", "of": "unit", "by": "total",
        "members": "３", "min_members": "1", "combine": "sum", "min_items": "1", "ranking": "standard",
        "tie|0": "measure|minutes|asc", "event": [event.id for event in trades.events.values()],
    }  # fmt: skip
    return found | {f"weight|{event.id}": "1" for event in trades.events.values()} | more


def create(client, trades, **more):
    token = sign_in(client, trades.account).csrf_token
    path = f"/competitions/{trades.competition.id}/overall"
    return client.post(path, data=boxes(trades, token, **more), follow_redirects=False), token


def hidden(text, action):
    """The `seen` that the form of `action` carries."""
    form = re.search(rf'action="[^"]*/{action}".*?</form>', text, re.DOTALL)
    return re.search(r'name="seen" value="([^"]*)"', form[0])[1]


def test_from_the_form_to_the_public_page(client, trades):
    made, token = create(client, trades)
    assert made.status_code == 303
    page = made.headers["location"]
    text = client.get(page).text
    for words in (
        "第 1 版办法，草稿",
        "每个项目，一个单位最好的 3 人相加。",
        "比较“minutes”之和，低者在前",
        "429",
        "按草稿试算",
    ):
        assert words in text, words
    public = f"/zh{page}"
    assert client.get(public).status_code == 404
    client.post(f"{page}/adopt", data={"csrf_token": token, "seen": hidden(text, "adopt")})
    text = client.get(page).text
    client.post(f"{page}/publish", data={"csrf_token": token, "seen": hidden(text, "publish")})
    assert "这份名次已经发布，没有变化。" in client.get(page).text
    pdf = pypdf.PdfReader(io.BytesIO(client.get(f"{page}/1/pdf").content))
    told = "".join(sheet.extract_text() for sheet in pdf.pages)
    assert "501" in told
    assert "张䶮" in told
    client.cookies.clear()
    home = client.get("/zh/").text
    assert f'href="{public}"' in home
    for path, words in (
        (public, ("团体总分", "第 1 名", "有 1 个成绩没有写单位", "褚二")),
        (f"/en{page}", ("Team total", "Rank 1", "not counted")),
    ):
        answer = client.get(path)
        assert answer.headers["cache-control"].startswith("public")
        assert "set-cookie" not in answer.headers
        for word in words:
            assert word in answer.text, word
    assert client.get(f"{public}/v1").status_code == 200
    assert client.get(f"{public}/v2").status_code == client.get(f"{public}/vx").status_code == 404


WRONG_BOXES = [
    ({"event": []}, "请至少选择一个竞赛项目。"),
    ({"title": ""}, "请填写这一项。"),
    ({"members": "三"}, "“三”不是整数"),
    ({"by": "rank", "table": "10 x"}, "这里应是一组数"),
    ({"by": "rank", "table": "1 2"}, "名次越靠后，积分不能越多。"),
    ({"by": "award"}, "这一项必填。"),
    ({"combine": "weighted"}, "各权重之和应为 1，现在是 2。"),
    ({"tie|0": "nonsense|"}, "不在可选项里"),
]


def test_a_wrong_box_is_named_and_nothing_typed_is_lost(client, trades):
    for more, words in WRONG_BOXES:  # nothing is kept of any: one site will do
        answer, _ = create(client, trades, **({"title": "团体CANARY", "rest": "2.5"} | more))
        assert answer.status_code == 422, more
        assert words in answer.text, more
        assert more.get("title") == "" or "团体CANARY" in answer.text, more
        assert 'value="2.5"' in answer.text, more
        assert answer.text.count(" checked") == len(more.get("event", trades.events)) + 2, more


def test_a_weight_that_is_none_is_shown_at_its_event(client, trades):
    event = trades.events["钳工"].id
    answer, _ = create(client, trades, **{f"weight|{event}": "-1"})
    assert answer.status_code == 422
    assert f'id="f-weight|{event}-error">必须大于 0。' in answer.text


def test_a_stale_page_changes_nothing_and_says_so(client, trades):
    made, token = create(client, trades)
    page = made.headers["location"]
    stale = client.post(f"{page}/adopt", data={"csrf_token": token, "seen": "old"})
    assert stale.status_code == 409
    assert "这一页已经过时" in stale.text
    form = client.get(f"{page}/edit").text
    assert 'name="seen" value="1"' in form
    assert 'value="Team total"' in form
    changed = boxes(trades, token, title="团体（改）", seen="1")
    assert client.post(f"{page}/edit", data=changed, follow_redirects=False).status_code == 303
    assert "团体（改）" in client.get(page).text
    assert client.post(f"{page}/edit", data=changed | {"seen": "7"}).status_code == 409


def test_empty_states_lead_on(client, world):
    trades = make_trades(world, published=())
    sign_in(client, trades.account)
    index = f"/competitions/{trades.competition.id}/overall"
    text = client.get(index).text
    assert "还没有跨项目的名次" in text
    assert f"{index}/new?kind=allround" in text
    assert f'href="{index}"' in client.get(f"/competitions/{trades.competition.id}").text
    made, _ = create(client, trades)
    assert "还没有能计入的成绩" in client.get(made.headers["location"]).text


def test_others_read_and_strangers_find_nothing(client, trades):
    made, _ = create(client, trades)
    page = made.headers["location"]
    account, _ = make_person(trades.world, Role.SUPERVISOR)
    token = sign_in(client, account).csrf_token
    text = client.get(page).text
    assert "429" in text
    assert "/adopt" not in text
    assert client.post(f"{page}/adopt", data={"csrf_token": token, "seen": ""}).status_code == 403
    assert client.get(f"{page}/edit").status_code == 403


def test_the_list_is_searched_and_its_queries_do_not_grow(client, trades):
    sign_in(client, trades.account)
    client.cookies.set(LANGUAGE_COOKIE, "en")
    path = f"/competitions/{trades.competition.id}/overall"
    counts = []
    for number in range(3):
        with db.transaction() as session:
            document = trades.document(title=f"表{number}")
            services.create_table(session, trades.organizer, trades.competition, document)
        if number != 1:
            client.get(path)
            with db.counting_queries() as statements:
                text = client.get(f"{path}?sort=-title").text
            counts.append(len(statements))
    assert counts[0] == counts[1] <= 8
    assert re.findall("表[0-9]", re.sub("<caption.*?</caption>", "", text)) == ["表2", "表1", "表0"]
    assert re.findall("表[0-9]", client.get(f"{path}?q=表1").text.replace('value="表1"', "")) == ["表1"]


def test_the_queries_of_a_table_do_not_grow_with_its_events(client, world):
    counts = []
    trades = make_trades(world)
    for title in ("", "焊工"):
        if title:
            trades.add(title, [("甲", "甲厂", "70", "1")])
            trades.publish(title)
        made, _ = create(client, trades)
        client.get(made.headers["location"])
        with db.counting_queries() as statements:
            client.get(made.headers["location"])
        counts.append(len(statements))
    assert counts[0] == counts[1] <= 20
