"""Rechecks: the top ten and 15 % of the rest with a seed nobody chose; more than 5 % wrong: all; then the publication.

Twenty entries: totals 100, 99, … 81. Ten are at the top; of the other ten 15 % is 1.5, rounded up two (rules.md 2).
"""

import hashlib
import json

import pytest

from contest import db
from contest.actors import SYSTEM, Role
from contest.competitions.formalities import set_formalities
from contest.competitions.models import Event
from contest.competitions.queries import stage_periods
from contest.corrections import correcting
from contest.corrections.marks import Correction
from contest.db import counting_queries
from contest.errors import ConflictError, ForbiddenError, InvalidError
from contest.judging import services as judging
from contest.ledger import queries as ledger
from contest.publications import services as publications
from contest.rechecks import queries, services
from contest.rechecks.models import ItemState
from tests.acts.people import actor
from tests.publications.making import lock_all, make_contest, operation, send
from tests.support import make_person, sign_in, unlock, unseal

RULES = {
    "title": "操作",
    "stages": [{"id": "one", "title": "操作", "rubric": [{"id": "A", "title": "操作", "children": [
        {"id": "A1", "title": "成绩", "kind": "measured", "max": "200", "sheet": "clerk"}]}]}],
    "blind": True,
}  # fmt: skip
PLACE = ("one", "1", "A1")


@pytest.fixture
def made(database):
    return build(20)


def build(entries):
    made = make_contest(RULES, [f"选手{n}" for n in range(entries)], judges=1)
    send(*(operation(made.event.id, PLACE, code, "", 100 - n) for n, code in enumerate(made.codes)))
    with db.transaction() as session:
        set_formalities(
            session, SYSTEM, made.fresh(session), signers=("judge", "chief"), rechecks=True, publishes_in_pairs=False
        )
    lock_all(made)
    return made


def watcher(made):
    return actor(made.event, Role.SUPERVISOR)


def order(made):
    with db.transaction() as session:
        return services.order_recheck(session, actor(made.event, Role.ORGANIZER), made.fresh(session))


def drawn(made, words="3 6 1 4"):
    found = order(made)
    with db.transaction() as session:
        return services.draw_sample(session, watcher(made), found.id, words)


def codes_of(recheck):
    with db.reading() as session:
        return [item.code for item in queries.items_of(session, recheck)]


def read(made, recheck, code, right=None, who=None):
    with db.transaction() as session:
        shown = queries.reading_of(session, watcher(made), recheck.id, code)
        return services.record_reading(
            session, who or watcher(made), recheck.id, code, seen=shown.digest, right=right or {}
        )


def close(made, recheck):
    with db.transaction() as session:
        return services.close_recheck(session, watcher(made), recheck.id)


def publish(made):
    unseal(made.event)
    with db.transaction() as session:
        return publications.publish(session, SYSTEM, made.fresh(session), "成绩")


def correct(made, code, value):
    """As two persons do it."""
    asked = Correction(*PLACE[:2], code, PLACE[2], 1, "")
    boss, second = actor(made.event, Role.ORGANIZER), actor(made.event, Role.ORGANIZER, "second")
    with db.reading() as session:
        view = correcting.preview(session, boss, made.event.id, asked, value)
    with db.transaction() as session:
        act = correcting.propose_correction(
            session, boss, made.fresh(session), view.asked, reason="纸上不同", seen=view.effects.digest
        )
        return correcting.confirm_correction(session, second, made.fresh(session), act.id, seen=act.digest)


def test_the_top_ten_and_two_of_the_rest_by_a_seed_that_anybody_can_draw_again(made):
    recheck = drawn(made)
    with db.reading() as session:
        rows = list(ledger.data_of(ledger.rows(session, made.competition), "recheck"))
    secret = bytes.fromhex(rows[1]["secret"])
    assert rows[0]["commitment"] == hashlib.sha256(secret).hexdigest(), "fixed before the words were said"
    assert "secret" not in rows[0]
    seed = hashlib.sha256(f"{secret.hex()}\n3 6 1 4\n{rows[0]['root']}".encode()).hexdigest()
    lots = {code: hashlib.sha256(f"{seed}\n\n{code}".encode()).hexdigest() for code in made.codes[10:]}  # docs/draw.md
    assert codes_of(recheck) == made.codes[:10] + sorted(lots, key=lots.__getitem__)[:2]


def test_who_ties_with_the_tenth_is_in_and_few_entries_are_all_in(database):
    made = make_contest(RULES, [f"选手{n}" for n in range(13)], judges=1)
    send(*(operation(made.event.id, PLACE, code, "", 100 - min(n, 9)) for n, code in enumerate(made.codes)))
    lock_all(made)
    assert sorted(codes_of(drawn(made))) == sorted(made.codes)


def test_no_result_is_published_while_a_required_recheck_is_open(made):
    for step in ("nothing", "ordered", "drawn"):
        if step == "ordered":
            found = order(made)
        if step == "drawn":
            with db.transaction() as session:
                recheck = services.draw_sample(session, watcher(made), found.id, "7")
        with pytest.raises(ConflictError) as refused:
            publish(made)
        assert "复核" in refused.value.message, step
    with pytest.raises(ConflictError):
        close(made, recheck)
    for code in codes_of(recheck):
        read(made, recheck, code)
    close(made, recheck)
    assert publish(made).version == 1


def test_one_error_in_twelve_is_too_many_and_all_are_read(made):
    """1 / 12 is 8.3 %, more than 5 %."""
    recheck = drawn(made)
    first, *others = codes_of(recheck)
    read(made, recheck, first, {0: "98"})
    assert len(codes_of(recheck)) == 12, "not before the sample is read"
    for code in others:
        read(made, recheck, code)
    assert sorted(codes_of(recheck)) == sorted(made.codes)
    for code in codes_of(recheck)[12:]:
        read(made, recheck, code)
    with pytest.raises(ConflictError):
        close(made, recheck)
    correct(made, first, "98")
    close(made, recheck)
    with db.reading() as session:
        data = list(ledger.data_of(ledger.rows(session, made.competition), "recheck"))[-1]
    assert (data["state"], data["read"], data["wrong"]) == ("closed", 20, 1)


def test_exactly_one_in_twenty_is_not_more_than_five_per_cent(database):
    """REV-5. Seventy-six entries: 10 and ⌈9.9⌉ = 10 of the rest."""
    made = build(76)
    recheck = drawn(made)
    first, *others = codes_of(recheck)
    assert len(others) == 19
    read(made, recheck, first, {0: "90"})
    for code in others:
        read(made, recheck, code)
    assert len(codes_of(recheck)) == 20


def test_who_may_and_who_may_not(made):
    recheck = drawn(made)
    code = codes_of(recheck)[0]
    for role in (Role.ORGANIZER, Role.CHIEF_JUDGE):
        with pytest.raises(ForbiddenError):
            read(made, recheck, code, who=actor(made.event, role))
    with db.transaction() as session:
        stage, _ = stage_periods(session, made.fresh(session))[0]
    account, judge = make_person(made.world, Role.SUPERVISOR)
    with db.transaction() as session:
        judging.appoint(session, SYSTEM, stage, account, scores=False)
    with pytest.raises(ForbiddenError):
        read(made, recheck, code, who=judge)


def test_a_reading_is_of_the_marks_that_were_shown_and_of_marks_that_can_be(made):
    recheck = drawn(made)
    code = codes_of(recheck)[0]
    with db.transaction() as session, pytest.raises(ConflictError):
        services.record_reading(session, watcher(made), recheck.id, code, seen="0" * 64, right={})
    for typed in ("201", "abc", "100"):
        with pytest.raises(InvalidError):
            read(made, recheck, code, {0: typed})
    read(made, recheck, code)
    correct(made, code, "97")
    with db.reading() as session:
        assert [item.code for item in queries.unsettled_items(session, made.fresh(session), recheck)] == [code]


def test_an_unlocked_event_is_rechecked_anew(made):
    recheck = drawn(made)
    for code in codes_of(recheck):
        read(made, recheck, code)
    close(made, recheck)
    with db.transaction() as session:
        _, period = stage_periods(session, made.fresh(session))[0]
        unlock(session, period, "漏录")
    lock_all(made)
    with pytest.raises(ConflictError):
        publish(made)
    assert order(made).id != recheck.id


def test_the_pages_from_the_order_to_the_record(client, made):
    path = f"/events/{made.event.id}/recheck"
    token = sign_in(client, make_person(made.world, Role.SUPERVISOR)[0]).csrf_token
    assert "发起复核" in client.get(path).text
    assert "当众产生的数字" in client.post(path, data={"csrf_token": token}, follow_redirects=True).text
    with db.reading() as session:
        recheck = queries.latest_recheck(session, made.event)
    sent = {"csrf_token": token}
    assert recheck.secret not in client.get(path).text, "told only after the words"
    assert client.post(f"/rechecks/{recheck.id}/draw", data=sent | {"words": " "}).status_code == 422
    assert client.post(f"/rechecks/{recheck.id}/draw", data=sent | {"words": "5"}, follow_redirects=True).is_success
    with counting_queries() as statements:
        page = client.get(path).text
    assert recheck.secret in page
    assert len(statements) <= 20
    code = made.codes[0]
    item = f"/rechecks/{recheck.id}/entries/{code}"
    with db.reading() as session:
        seen = queries.reading_of(session, watcher(made), recheck.id, code).digest
    wrong = client.post(item, data=sent | {"seen": seen, "right-0": "9999", "note": "第二张"})
    assert wrong.status_code == 422
    assert "9999" in wrong.text, "what was typed stays"
    assert "第二张" in wrong.text
    assert client.post(item, data=sent | {"seen": "x"}).status_code == 409
    with db.reading() as session:
        listed = [line.item.code for line in queries.recheck_view(session, watcher(made), made.event.id).lines]
    recorded = client.post(item, data=sent | {"seen": seen, "right-0": "99.0"}, follow_redirects=False)
    following = listed[(listed.index(code) + 1) % len(listed)]
    assert recorded.headers["location"] == f"/rechecks/{recheck.id}/entries/{following}", "on to the next sheet"
    with db.transaction() as session:
        last, other = (queries.get_item(session, recheck, code) for code in (listed[-1], listed[0]))
        assert queries.next_waiting(session, queries.get_item(session, recheck, listed[1])) == listed[2], (
            "not the first"
        )
        assert queries.next_waiting(session, last) == next(code for code in listed if code != made.codes[0])
        for item in listed:
            queries.get_item(session, recheck, item).state = ItemState.RIGHT
        session.flush()
        assert queries.next_waiting(session, other) is None
        session.rollback()
    assert "待更正" in client.get(path).text
    assert client.post(f"/rechecks/{recheck.id}/close", data=sent).status_code == 409
    assert client.get(f"/rechecks/{recheck.id}/record.pdf").content.startswith(b"%PDF")
    with db.reading() as session:
        assert session.get_one(Event, (made.event.tenant_id, made.event.id)).rechecks
        assert json.loads(queries.latest_recheck(session, made.event).candidates)["top"] == made.codes[:10]


def test_the_list_asks_the_same_of_the_database_for_one_and_for_many(client, database):
    counts, first = [], build(1)
    for made in (first, build_more(first, 30)):
        drawn(made)
        sign_in(client, make_person(made.world, Role.SUPERVISOR)[0])
        with counting_queries() as statements:
            client.get(f"/events/{made.event.id}/recheck")
        counts.append(len(statements))
    assert counts[0] == counts[1]


def build_more(made, entries):
    more = make_contest(RULES, [f"选手{n}" for n in range(entries)], judges=1, world=made.world)
    send(*(operation(more.event.id, PLACE, code, "", 100 - n) for n, code in enumerate(more.codes)))
    lock_all(more)
    return more
