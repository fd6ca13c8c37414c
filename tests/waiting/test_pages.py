"""The page of what waits: who has one, who starts there, where each line leads, what an empty one says."""

import re

import pytest

from contest import db
from contest.actors import SYSTEM, Role
from contest.db import counting_queries, now
from contest.entries.models import Layer
from contest.entries.services import restore_entry, withdraw_entry
from contest.judging import services
from contest.judging.panel.recusals import register
from tests.judging.room_steps import entry_of
from tests.judging.test_lifting import declared as recused
from tests.judging.test_lifting import propose as propose_lifting
from tests.judging.test_recusing import agree, standing
from tests.judging.test_recusing import ask as ask_to_recuse
from tests.judging.test_roster import declare
from tests.judging.test_signing import formal, put
from tests.judging.test_waiving import add, ask
from tests.judging.test_withdrawing import propose as propose_withdrawal
from tests.support import sign_in


def hrefs(text):
    return re.findall(r'<th scope="row"><a href="([^"]+)"', text)


@pytest.mark.parametrize(("role", "start"), [
    (Role.SUPERVISOR, "/waiting"), (Role.ENCRYPTION_OFFICER, "/waiting"), (Role.ARBITRATOR, "/waiting"),
    (Role.ORGANIZER, "/competitions"), (Role.CHIEF_JUDGE, "/judging"), (Role.MEMBER, "/proposals"),
    (Role.CHECK_IN_CLERK, "/check-in"),
])  # fmt: skip
def test_who_only_confirms_starts_there(client, contest, role, start):
    add(contest, "person", role)
    sign_in(client, contest.accounts["person"])
    assert client.get("/", follow_redirects=False).headers["location"] == start


def test_a_supervisor_who_also_organizes_starts_at_the_competitions(client, contest):
    add(contest, "two", Role.SUPERVISOR)
    add(contest, "two", Role.ORGANIZER)
    sign_in(client, contest.accounts["two"])
    assert client.get("/", follow_redirects=False).headers["location"] == "/competitions"


def test_an_empty_list_says_so_and_the_navigation_leads_there(client, contest):
    sign_in(client, contest.accounts["supervisor"])
    text = client.get("/waiting").text
    assert "现在没有等您办理的事" in text
    assert 'href="/waiting" aria-current="page"' in text
    sign_in(client, contest.accounts["anna"])
    assert 'href="/waiting"' not in client.get("/me").text
    assert client.get("/waiting").status_code == 403


def test_every_line_leads_to_a_page_that_opens_and_is_gone_once_it_is_done(client, contest):
    formal(contest, "judge", "chief", "supervisor")
    for entry in range(3):
        contest.fill("anna", entry)
    put(contest, "anna", "judge", 2)
    put(contest, "chief", "chief", 2)
    for entry in (0, 1):  # the first one is recused below: there is no sheet of it any more
        ask(contest, "chief", "judge", "absent", "送医", entry=entry)
    agree(contest, "supervisor", ask_to_recuse(contest))
    propose_lifting(contest, "chief", standing(contest)[0])
    ask_to_recuse(contest, entry=1)
    propose_withdrawal(contest, "bo", declare(contest, who="bo", reason="亲戚"))
    for name, number in (("supervisor", 4), ("organizer", 3)):
        token = sign_in(client, contest.accounts[name]).csrf_token
        text = client.get("/waiting").text
        assert len(hrefs(text)) == number, (name, hrefs(text))
        assert not [word for word in (*contest.codes, "王一", "张三") if word in strip_links(text)], "no code, no name"
        for href in hrefs(text):
            assert client.get(href).status_code == 200, href
    token = sign_in(client, contest.accounts["supervisor"]).csrf_token
    waiver = next(href for href in hrefs(client.get("/waiting").text) if "/judging/waivers/" in href)
    act = client.get(waiver).text.split("/acts/")[1].split('"')[0]
    client.post(f"{waiver}/acts/{act}", data={"csrf_token": token})
    assert waiver not in client.get("/waiting").text


def test_a_waiver_of_a_sheet_that_is_none_any_more_leads_nowhere(client, contest):
    """Its page is gone; the waiver waits again if the entry comes back."""
    contest.fill("anna")
    ask(contest, "chief", "judge", "absent", "送医")
    pages = ("/waiting", f"/events/{contest.event.id}/signatures", f"/events/{contest.event.id}/desk")
    link = f'href="/judging/waivers/{contest.period.id}/J1/{contest.codes[0]}/judge"'
    sign_in(client, contest.accounts["supervisor"])
    assert all(link in client.get(path).text for path in pages)
    with db.transaction() as session:
        withdraw_entry(session, SYSTEM, entry_of(session, contest), "受伤")
    assert not any(link in client.get(path).text for path in pages)
    with db.transaction() as session:
        restore_entry(session, SYSTEM, entry_of(session, contest), "伤愈")
        register(session, contest.event, contest.members["anna"], entry_of(session, contest), "亲属", automatic=False)
    assert not any(link in client.get(path).text for path in pages)


def strip_links(text):
    return re.sub(r'href="[^"]*"', "", text)


def test_odd_addresses_show_the_list_and_a_page_too_far_leads_back(client, contest):
    contest.fill("anna")
    ask(contest, "chief", "judge", "absent", "送医")
    sign_in(client, contest.accounts["supervisor"])
    for query in ("?sort=-kind", "?sort=nothing", "?sort=asker&q=%E9%80%81%E5%8C%BB", "?q=%25", "?page=x"):
        assert client.get(f"/waiting{query}").status_code == 200, query
    assert "回到第一页" in client.get("/waiting?page=9").text
    assert "没有符合条件的事" in client.get("/waiting?q=%25").text


def test_the_page_takes_as_many_statements_for_three_lines_as_for_one(client, contest):
    counts = []
    sign_in(client, contest.accounts["supervisor"])
    for entry, judge, who in ((1, "J1", "anna"), (1, "J2", "bo"), (None, "", "")):
        if entry is None:
            propose_lifting(contest, "organizer", recused(contest))
        else:
            contest.fill(who, entry)
            ask(contest, "chief", "judge", "absent", "送医", entry=entry, judge=judge)
        client.get("/waiting")
        with counting_queries() as statements:
            text = client.get("/waiting").text
        counts.append((len(hrefs(text)), len(statements)))
    assert [rows for rows, _ in counts] == [1, 2, 3]
    assert len({number for _, number in counts}) == 1, counts


def test_other_pages_pay_nothing_for_the_link(client, contest):
    """The navigation has a link, no count: a count would be asked for on every page of the desk."""
    sign_in(client, contest.accounts["supervisor"])
    client.get("/me")
    with counting_queries() as statements:
        client.get("/me")
    assert not [one for one in statements if " act" in one or "sheet_signature" in one]


def test_the_layers_wait_for_their_officer_and_then_for_the_witness(client, contest):
    for name in ("first", "second"):
        add(contest, name, Role.ENCRYPTION_OFFICER)
    with db.transaction() as session:
        event = session.merge(contest.event)
        period = session.merge(contest.period)
        services.lock_period(session, SYSTEM, period, "测试")
        for number, name in ((1, "first"), (2, "second")):
            session.add(Layer(tenant_id=event.tenant_id, event_id=event.id, number=number, made_at=now(),
                              officer_id=contest.accounts[name].id))  # fmt: skip
    layers = f"/events/{contest.event.id}/draw/layers"

    def lines(name):
        sign_in(client, contest.accounts[name])
        return hrefs(client.get("/waiting").text)

    assert (lines("first"), lines("second"), lines("supervisor")) == ([], [layers], []), "the last layer first"
    token = sign_in(client, contest.accounts["second"]).csrf_token
    client.post(f"{layers}/2/open", data={"csrf_token": token})
    assert (lines("first"), lines("second"), lines("supervisor")) == ([], [], [layers])
    token = sign_in(client, contest.accounts["supervisor"]).csrf_token
    client.post(f"{layers}/2/witness", data={"csrf_token": token})
    assert (lines("first"), lines("second"), lines("supervisor")) == ([layers], [], [])
