"""The draw of order and stations: committed to, revealed, repeatable by anybody; codes only."""

import hashlib
import json
import re

import pytest
from sqlmodel import select

from contest import db
from contest.actors import SYSTEM
from contest.calculator.drawing import draw_from_file
from contest.callroom import seating, services
from contest.callroom.models import OrderDraw
from contest.callroom.ordering import undrawn
from contest.competitions.models import EventState, Stage
from contest.competitions.queries import stages_of
from contest.entries import services as entries
from contest.entries.inputs import EntryInput
from contest.entries.models import Entry
from contest.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from contest.ledger import queries as ledger
from tests.callroom.conftest import NAMES
from tests.support import sign_in


def final(session, venue) -> Stage:
    return stages_of(session, venue.event)[0]


def commit(venue, who="organizer", **plan):
    with db.transaction() as session:
        return services.commit_draw(session, venue.people[who][1], final(session, venue), **plan)


def reveal(venue, draw, public="", who="supervisor"):
    with db.transaction() as session:
        there = session.get_one(OrderDraw, (draw.tenant_id, draw.id))
        return services.reveal_draw(session, venue.people[who][1], there, public)


def seats(venue, **asked):
    with db.reading() as session:
        found, _ = seating.seat_lines(session, final(session, venue), **asked)
    return [(seat.position, seat.heat, seat.station, seat.code) for seat in found]


def rows(venue, kind):
    with db.reading() as session:
        found = [json.loads(row.body) for row in ledger.rows(session, venue.competition)]
    return [row["data"] for row in found if row["kind"] == kind]


def codes_of(venue):
    with db.reading() as session:
        return {e.name: e.code for e in session.exec(select(Entry).where(Entry.event_id == venue.event.id))}


def test_the_ledger_commits_before_it_reveals_and_the_command_repeats_the_draw(venue, tmp_path):
    draw = commit(venue, stations=3)
    [told] = rows(venue, "seed")
    assert told["entries"] == 7
    assert told["stations"] == 3
    assert draw.seed not in json.dumps(told)
    assert seats(venue) == []
    reveal(venue, draw, "  ０７ 11\t23 ")
    [shown] = rows(venue, "order")
    assert hashlib.sha256(shown["seed"].encode()).hexdigest() == told["commitment"]
    assert shown["public"] == "07 11 23"
    listed = sorted(codes_of(venue).values())
    assert told["list"] == hashlib.sha256("".join(f"{code}\n" for code in listed).encode()).hexdigest()
    (tmp_path / "list.txt").write_text("\n".join(reversed(listed)))
    lines = draw_from_file(shown["seed"], tmp_path / "list.txt", public=shown["public"], stations=3).splitlines()[3:]
    assert lines == ["\t".join(map(str, line)) for line in seats(venue)]
    assert shown["order"] == [code for *_, code in seats(venue)]
    assert [line[:3] for line in seats(venue)][2:5] == [(3, 1, 3), (4, 2, 1), (5, 2, 2)]
    text = json.dumps([told, shown], ensure_ascii=False)
    assert not any(name in text for name in NAMES)


def test_a_revealed_draw_stands_and_late_codes_come_after_it(venue):
    first = commit(venue, stations=3)
    with pytest.raises(ConflictError):  # one seed at a time
        commit(venue)
    reveal(venue, first)
    with pytest.raises(ConflictError):
        reveal(venue, first, "another value")
    with pytest.raises(ConflictError):  # everybody has a place
        commit(venue)
    before = seats(venue)
    with db.transaction() as session:
        entries.add_entries(session, SYSTEM, venue.event, [EntryInput("迟到1"), EntryInput("迟到2")])
        assert len(undrawn(session, venue.event, final(session, venue))) == 2
    reveal(venue, commit(venue, stations=1))
    assert seats(venue)[:7] == before
    late = {codes_of(venue)["迟到1"], codes_of(venue)["迟到2"]}
    assert [line[:3] for line in seats(venue)[7:]] == [(8, 4, 1), (9, 5, 1)]
    assert {line[3] for line in seats(venue)[7:]} == late


def test_who_may_draw_and_when(venue):
    for who in ("judge", "door", "supervisor"):
        with pytest.raises(ForbiddenError):
            commit(venue, who)
    draw = commit(venue, "officer")
    for who in ("judge", "door"):
        with pytest.raises(ForbiddenError):
            reveal(venue, draw, who=who)
    for plan, field in (({"stations": 0}, "stations"), ({"minutes": 0}, "minutes"), ({"stations": 501}, "stations")):
        with pytest.raises(InvalidError) as caught:
            commit(venue, **plan)
        assert set(caught.value.fields) == {field}
    with pytest.raises(InvalidError):
        reveal(venue, draw, "x" * 101)
    venue.become(EventState.LOCKED)
    with pytest.raises(ConflictError):
        reveal(venue, draw)
    with db.reading() as session, pytest.raises(NotFoundError):
        seating.order_view(session, venue.people["door"][1], venue.event.id)


def test_the_order_waits_for_the_codes(stage):
    from tests.support import make_person

    stage.people = {"organizer": make_person(stage.world, None, login="organizer")}
    with db.transaction() as session:
        entries.add_entry(session, SYSTEM, stage.event, EntryInput("张三"))
    stage.adopt()
    with pytest.raises(ConflictError, match="加密号"):
        commit(stage)


def test_seats_are_paged_sorted_and_searched_in_two_statements(venue):
    reveal(venue, commit(venue, stations=3))
    everything = seats(venue)
    code = everything[4][3]
    for asked, wanted in (
        ({"limit": 1}, everything[:1]),
        ({"limit": 3, "offset": 3}, everything[3:6]),
        ({"search": code[:4]}, [everything[4]]),
        ({"station": 2}, [line for line in everything if line[2] == 2]),
        ({"sort": "code", "descending": True}, sorted(everything, key=lambda line: line[3], reverse=True)),
    ):
        with db.reading() as session:
            stage = final(session, venue)
            with db.counting_queries() as statements:
                seating.seat_lines(session, stage, **asked)
        assert len(statements) == 2
        assert seats(venue, **asked) == wanted


def test_the_pages_show_the_seed_only_when_revealed_and_never_a_name(client, venue):
    place = f"/events/{venue.event.id}/order"
    csrf = sign_in(client, venue.people["organizer"][0]).csrf_token
    wrong = client.post(place, data={"csrf_token": csrf, "stage": "final", "stations": "三", "starts_at": "早上"})
    assert wrong.status_code == 422
    assert 'value="早上"' in wrong.text
    plan = {"csrf_token": csrf, "stage": "final", "stations": "2", "starts_at": "2026-11-21 09:30", "minutes": "45"}
    client.post(place, data=plan)
    with db.reading() as session:
        draw = session.exec(select(OrderDraw)).one()
    pages = (place, place + "/print?stage=final", f"{place}/{draw.id}/file")
    for who in ("organizer", "officer", "supervisor", "judge"):
        sign_in(client, venue.people[who][0])
        assert not any(draw.seed in client.get(path).text for path in pages), who
    csrf = sign_in(client, venue.people["supervisor"][0]).csrf_token
    data = {"csrf_token": csrf, "stage": "final", "public": "3 1 6 $(rm)"}
    assert client.post(f"{place}/{draw.id}/reveal", data=data, follow_redirects=False).status_code == 303
    for who in ("organizer", "officer", "supervisor", "judge"):
        sign_in(client, venue.people[who][0])
        texts = [client.get(path).text for path in (*pages, place + "/print?stage=final&station=2")]
        assert draw.seed in texts[0]
        assert "--public &#39;3 1 6 $(rm)&#39; --stations 2" in texts[0], "whoever copies the line runs nothing else"
        assert "2026-11-21 10:15" in texts[1], "the second heat, Beijing time"
        for text in texts:
            assert not any(name in text for name in NAMES), who
    assert re.findall(r"\d{3}[A-Z]", texts[2]) == sorted(codes_of(venue).values())
    sign_in(client, venue.people["door"][0])
    assert client.get(place).status_code == 403
