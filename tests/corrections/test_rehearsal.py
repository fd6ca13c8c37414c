"""A rehearsal: draft rules on made-up or pasted marks. Totals of the pasted marks are worked out by hand."""

import csv
import io

import pytest
from sqlmodel import select

from contest import db
from contest.actors import SYSTEM, Role
from contest.corrections.models import Rehearsal
from contest.db import counting_queries
from contest.ledger.models import LedgerRow
from tests.awards.scenery import rules
from tests.competitions.helpers import new_event, post, upload
from tests.support import make_person, sign_in

PASTED = "参赛\t评分点\t分值\t名称\nE1\tT1\t95.5\t王一\nE2\tT1\t90\t李二\nE3\tT1\t90\t张三\nE2\taccident\t1\t\n"


@pytest.fixture
def organizer(client, world):
    account, _ = make_person(world, Role.ORGANIZER)
    return sign_in(client, account)


@pytest.fixture
def event(world):
    """A draft, not adopted: one measured aspect; first prize to rank 1, second by quota, third from 80."""
    from contest.competitions.services import save_rule_set

    _, event = new_event(world)
    with db.transaction() as session:
        save_rule_set(session, SYSTEM, session.merge(event), rules())
    return event


def here(event):
    return f"/events/{event.id}/rehearsal"


def kept():
    with db.reading() as session:
        return session.exec(select(Rehearsal)).all()


def test_made_up_marks_show_standings_ties_awards_and_slips_and_leave_no_trace(client, world, organizer):
    _, event = new_event(world, point="merit")
    page = client.get(f"{here(event)}?seed=abc-1&entries=9&cases=tie,veto")
    assert page.status_code == 200
    assert "种子 abc-1" in page.text
    for text in ("E09", "并列", "一等奖", "一票否决：重大安全事故"):
        assert text in page.text, text
    slip = client.get(f"{here(event)}/slip?seed=abc-1&entries=9&cases=tie,veto&code=E03")
    assert slip.status_code == 200
    assert "这是试算" in slip.text
    assert client.get(f"{here(event)}/slip?seed=abc-1&entries=2&code=E03").status_code == 404
    with db.reading() as session:
        assert session.exec(select(LedgerRow)).all() == []
    assert kept() == []


def test_the_same_address_gives_the_same_marks_and_they_can_be_pasted_back(client, world, organizer):
    _, event = new_event(world, point="skills")
    address = f"{here(event)}/marks.csv?seed=7&entries=6&cases=missing,not_performed"
    data = client.get(address).content
    assert data == client.get(address).content
    assert data != client.get(address.replace("seed=7", "seed=8")).content
    states = [row["state"] for row in csv.DictReader(io.StringIO(data.decode("utf-8-sig")))]
    assert "missing" in states
    assert "not_performed" in states
    answer = upload(client, organizer, here(event), "分数.csv", data)
    assert answer.status_code == 303
    first = client.get(f"{here(event)}?seed=7&entries=6&cases=missing,not_performed").text
    again = client.get(answer.headers["location"]).text
    table = [text.split('id="result"')[1].split("</tbody>")[0].split("<tbody>")[1] for text in (first, again)]
    totals = [[part.split("</b>")[0] for part in text.split("<b>")[1:]] for text in table]
    assert totals[0] == totals[1]
    assert len(totals[0]) == 4  # of six one lacks a mark, one did not perform


def test_pasted_marks_are_computed_by_hand_worked_rules(client, event, organizer):
    answer = post(client, organizer, here(event), marks=PASTED)
    assert answer.status_code == 303
    page = client.get(answer.headers["location"]).text
    for text in ("95.5", "王一", "一票否决：安全事故", "marks.csv"):
        assert text in page, text
    awards = page.split('id="awards"')[1]
    assert awards.index("E1") < awards.index("E3"), "the first prize, then the second"
    assert ">E2<" not in awards.split("</table>")[0], "a veto bars the award"
    slip = client.get(answer.headers["location"].replace("/rehearsal", "/rehearsal/slip") + "&code=E3").text
    assert "90" in slip
    with db.reading() as session:
        assert session.exec(select(LedgerRow)).all() == []


def test_a_marks_file_with_faults_is_told_row_by_row_and_not_kept(client, event, organizer):
    bad = "entry,aspect,value\nE1,T1,101\nE1,T9,5\n,T1,7\n"
    answer = post(client, organizer, here(event), marks=bad)
    assert answer.status_code == 422
    for text in ("分数文件有 3 处错误", "第 2 行 value", "第 3 行 aspect", "第 4 行 entry"):
        assert text in answer.text, text
    assert "E1,T9,5" in answer.text, "nothing typed is lost"
    assert post(client, organizer, here(event), marks="  ").status_code == 422
    assert post(client, organizer, here(event), marks="entry,event,aspect,value\na,x,T1,1\na,y,T1,1").status_code == 422
    assert upload(client, organizer, here(event), "a.xlsx", b"no workbook").status_code == 422
    assert kept() == []


HEAD = "entry,aspect,judge,value,state\n"


@pytest.mark.parametrize(
    ("marks", "words"),
    [
        ("E1,T1,,95.5,", ["95.5", "一等奖"]),
        ("E1,T1,,90,\nE2,T1,,90,\nE3,T1,,90,", ["并列"]),
        ("E1,T1,J1,,recused\nE1,T1,J2,,recused", ["E1", "尚不完整"]),
        ("E1,T1,J1,,missing", ["E1", "没有分数"]),
    ],
    ids=["one entry only", "all tied", "all judges recused", "no marks at all"],
)
def test_next_to_nothing_is_rehearsed_without_a_crash_or_a_zero(client, event, organizer, marks, words):
    answer = post(client, organizer, here(event), marks=HEAD + marks)
    assert answer.status_code == 303, answer.text
    page = client.get(answer.headers["location"])
    assert page.status_code == 200
    table = page.text.split('id="result"')[1]
    assert [word for word in words if word not in table] == []
    assert "<b>0</b>" not in table


def test_only_the_newest_three_stay_and_they_can_be_deleted(client, event, organizer):
    for number in range(5):
        post(client, organizer, here(event), marks=f"entry,aspect,value\nE{number},T1,{number}")
    left = kept()
    assert len(left) == 3
    assert post(client, organizer, f"{here(event)}/forget", marks=left[0].id).status_code == 303
    assert post(client, organizer, f"{here(event)}/forget", marks=left[0].id).status_code == 404
    assert len(kept()) == 2


def test_a_faulty_draft_is_not_rehearsed_but_its_faults_are_named(client, event, organizer):
    from contest.competitions.services import save_rule_set

    with db.transaction() as session:
        save_rule_set(session, SYSTEM, session.merge(event), rules() | {"stages": []})
    page = client.get(here(event))
    assert page.status_code == 200
    assert "改好后才能试算" in page.text
    assert client.get(f"{here(event)}/slip?code=E01").status_code == 404
    assert client.get(f"{here(event)}/marks.csv").status_code == 404


@pytest.mark.parametrize("query", ["seed=%00&entries=-1", "entries=99999999", "entries=x&cases=qq", "seed=" + "9" * 99])
def test_odd_addresses_fall_back_to_the_usual(client, event, organizer, query):
    assert client.get(f"{here(event)}?{query}").status_code == 200


def test_marks_of_another_event_or_place_stay_unknown(client, world, event, organizer):
    post(client, organizer, here(event), marks=PASTED)
    (own,) = kept()
    _, other = new_event(world, title="钳工", point="skills")
    assert client.get(f"{here(other)}?marks={own.id}").status_code == 404
    assert post(client, organizer, f"{here(other)}/forget", marks=own.id).status_code == 404
    stranger = sign_in(client, make_person(world, Role.ORGANIZER, login="stranger", at="works")[0])
    for path in (here(event), f"{here(event)}/slip?code=E1", f"{here(event)}/marks.csv"):
        assert client.get(path).status_code == 404
    assert post(client, stranger, here(event), marks=PASTED).status_code == 404
    assert post(client, stranger, f"{here(event)}/forget", marks=own.id).status_code == 404
    sign_in(client, make_person(world, Role.JUDGE)[0])
    assert client.get(here(event)).status_code == 403
    assert len(kept()) == 1


def test_the_page_asks_as_often_with_three_kept_marks_as_with_one(client, event, organizer):
    counts = []
    for rounds in (1, 2):
        for number in range(rounds):
            post(client, organizer, here(event), marks=f"entry,aspect,value\nE{number},T1,{number}")
        with counting_queries() as statements:
            assert client.get(here(event)).status_code == 200
        counts.append(len(statements))
    assert counts[0] == counts[1]


def test_english_pages_have_english_words(client, world, organizer):
    _, event = new_event(world, point="merit")
    client.cookies.set("contest_language", "en")
    page = client.get(here(event)).text
    assert "Rehearsal of version 1" in page
    assert "the same seed always gives the same marks" in page
