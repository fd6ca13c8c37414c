"""Check-in (检录): present, late, absent with the time; undone with a reason; tickets nobody can guess."""

import re

import pytest
from sqlmodel import select

from contest import db
from contest.callroom import queries, services
from contest.callroom.models import CheckIn, Presence, Ticket
from contest.competitions.models import EventState
from contest.entries.models import Entry, EntryState
from contest.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from tests.callroom.conftest import NAMES
from tests.support import says, sign_in


def entry_of(venue, number="001"):
    with db.reading() as session:
        query = select(Entry).where(Entry.event_id == venue.event.id, Entry.number == number)
        return session.exec(query).one()


def note(venue, number, presence, who="door"):
    with db.transaction() as session:
        entry = session.get_one(Entry, (venue.event.tenant_id, entry_of(venue, number).id))
        return services.set_presence(session, venue.people[who][1], entry, presence)


def undo(venue, number, reason, who="door"):
    with db.transaction() as session:
        entry = session.get_one(Entry, (venue.event.tenant_id, entry_of(venue, number).id))
        services.undo_presence(session, venue.people[who][1], entry, reason)


def test_who_came_is_noted_once_undone_with_a_reason_and_noted_again(venue):
    note(venue, "001", Presence.ABSENT)
    with pytest.raises(ConflictError):  # perhaps at another door
        note(venue, "001", Presence.PRESENT, "organizer")
    with pytest.raises(InvalidError):
        undo(venue, "001", "  ")
    undo(venue, "001", "堵车，已到")
    with pytest.raises(ConflictError):
        undo(venue, "001", "再来一次")
    note(venue, "001", Presence.LATE)
    note(venue, "002", Presence.ABSENT)
    with db.reading() as session:
        counts = queries.door_counts(session, venue.event)
        assert (counts.total, counts.present, counts.late, counts.absent, counts.waiting) == (7, 0, 1, 1, 5)
        assert [entry.number for entry, _ in queries.absent_entries(session, venue.event)] == ["002"]
        history = queries.history(session, entry_of(venue))
        assert [(row.presence, row.undo_reason) for row in history] == [("late", ""), ("absent", "堵车，已到")]


def test_who_may_check_in_and_when(venue):
    for who in ("judge", "officer", "supervisor"):
        with pytest.raises(ForbiddenError):
            note(venue, "001", Presence.PRESENT, who)
        with db.reading() as session, pytest.raises(NotFoundError):
            queries.door(session, venue.people[who][1], venue.event.id)
    note(venue, "001", Presence.PRESENT, "organizer")
    with db.transaction() as session:
        entry = session.get_one(Entry, (venue.event.tenant_id, entry_of(venue, "002").id))
        entry.state = EntryState.WITHDRAWN
    with pytest.raises(ConflictError):
        note(venue, "002", Presence.PRESENT)
    venue.become(EventState.LOCKED)
    with pytest.raises(ConflictError):
        note(venue, "003", Presence.PRESENT)


def test_the_list_is_paged_sorted_searched_and_filtered_in_few_statements(venue):
    note(venue, "003", Presence.PRESENT)
    note(venue, "001", Presence.LATE)

    def numbers(**asked):
        with db.reading() as session, db.counting_queries() as statements:
            lines, total = queries.door_lines(session, venue.event, **asked)
        assert len(statements) == 2
        return [line.number for line in lines], total

    assert numbers(limit=1) == (["001"], 7)
    assert numbers(limit=3, offset=3, descending=True) == (["004", "003", "002"], 7)
    assert numbers(search="选手5") == (["005"], 1)
    assert numbers(search="%") == ([], 0)
    assert numbers(only="waiting", sort="name", limit=2) == (["002", "004"], 5)
    assert numbers(only="late") == (["001"], 1)


def tickets(venue):
    with db.transaction() as session:
        services.make_tickets(session, venue.people["organizer"][1], venue.event)
        return {line.number: line.token for line in queries.ticket_lines(session, venue.event)[0]}


def test_a_ticket_leads_to_its_entry_until_it_is_revoked_and_no_other_text_does(venue):
    made = tickets(venue)
    assert len(set(made.values())) == 7
    assert tickets(venue) == made, "printing again changes nothing"

    def find(token, who="door"):
        with db.reading() as session:
            return queries.find_ticket(session, venue.people[who][1], token)[1].number

    assert {find(token) for token in made.values()} == set(made)
    own, other = made["001"], made["002"]
    forged = own.split("-")[0] + "-" + other.split("-", 1)[1]
    for token in (forged, own[:-1], own + "x", own.split("-")[0], "", "é-é"):
        with pytest.raises(NotFoundError):
            find(token)
    with pytest.raises(NotFoundError):
        find(own, "judge")
    with db.transaction() as session:
        entry = session.get_one(Entry, (venue.event.tenant_id, entry_of(venue).id))
        services.revoke_ticket(session, venue.people["door"][1], entry)
    with pytest.raises(NotFoundError):
        find(own)
    assert find(tickets(venue)["001"]) == "001"
    with db.reading() as session:
        assert {len(ticket.secret) for ticket in session.exec(select(Ticket))} == {22}, "128 random bits"


def test_the_pages_of_the_door_without_script(client, venue):
    venue.tokens = tickets(venue)
    csrf = sign_in(client, venue.people["door"][0]).csrf_token
    place = f"/events/{venue.event.id}/check-in"
    assert place in client.get("/check-in").text
    page = client.get(place).text
    assert all(name in page for name in NAMES)
    assert (
        client.get(f"/check-in/{venue.tokens['004']}", follow_redirects=False)
        .headers["location"]
        .endswith(entry_of(venue, "004").id)
    )
    typed = client.get(place, params={"q": f"https://venue.example/check-in/{venue.tokens['004']}"})
    assert "选手4" in typed.text
    assert "选手1" not in typed.text
    unknown = client.get(place, params={"q": "https://venue.example/check-in/abc-def"})
    assert unknown.status_code == 200
    assert "无效" in unknown.text
    own = f"{place}/{entry_of(venue, '004').id}"
    assert client.post(own, data={"csrf_token": csrf, "presence": "asleep"}).status_code == 422
    assert client.post(own, data={"csrf_token": csrf, "presence": "present"}, follow_redirects=False).status_code == 303
    assert client.post(own, data={"csrf_token": csrf, "presence": "late"}).status_code == 409
    refused = client.post(own + "/undo", data={"csrf_token": csrf, "reason": " "})
    assert refused.status_code == 422
    assert "请写明撤销的理由" in refused.text
    client.post(own + "/undo", data={"csrf_token": csrf, "reason": "点错了人"})
    assert "点错了人" in client.get(own).text
    printed = client.get(f"/events/{venue.event.id}/tickets").text
    assert len(re.findall(r'class="qr"', printed)) == 7


def test_nothing_at_the_door_shows_a_code(client, venue):
    tickets(venue)
    csrf = sign_in(client, venue.people["organizer"][0]).csrf_token
    own = f"/events/{venue.event.id}/check-in/{entry_of(venue).id}"
    client.post(own, data={"csrf_token": csrf, "presence": "absent"})
    codes = [entry_of(venue, f"{n:03}").code for n in range(1, 8)]
    for path in (own, f"/events/{venue.event.id}/check-in", f"/events/{venue.event.id}/tickets"):
        text = client.get(path).text
        assert "选手1" in text
        assert not any(says(text, code) for code in codes), path
    with db.reading() as session:
        assert len(session.exec(select(CheckIn)).all()) == 1
