"""One list over all competitions: exactly what its reader may do on the page it leads to, and nothing of their own."""

from dataclasses import replace

import pytest
from sqlmodel import select

from contest import db
from contest.accounts.queries import actor_for
from contest.accounts.services import grant_role
from contest.actors import SYSTEM, Role
from contest.acts.models import Act, ActKind
from contest.competitions.models import Event, Period
from contest.corrections.correcting import act_view
from contest.db import counting_queries
from contest.entries.models import Entry
from contest.entries.unsealing import propose_unsealing, unsealing_view
from contest.errors import DomainError
from contest.judging import services
from contest.judging.panel.lifting import lifting_view
from contest.judging.panel.recusals import register
from contest.judging.panel.recusing_queries import asked_view
from contest.judging.panel.withdrawing import withdrawal_view
from contest.judging.queries import locate
from contest.judging.signatures.listing import waiting_lines
from contest.judging.signatures.services import may_sign_as
from contest.judging.signatures.waiver_queries import waiver_view
from contest.waiting.kinds import KINDS
from contest.waiting.queries import SOURCES, waiting_for
from tests.acts.people import actor
from tests.awards.scenery import published
from tests.corrections.test_marks import propose as propose_correction
from tests.judging.room_steps import entry_of
from tests.judging.test_lifting import declared as recused
from tests.judging.test_lifting import propose as propose_lifting
from tests.judging.test_paper import check, prepared, tie, type_sheet
from tests.judging.test_recusing import ask as ask_to_recuse
from tests.judging.test_roster import declare
from tests.judging.test_signing import ALL, formal, put, view
from tests.judging.test_waiving import add, ask, open_names, witness
from tests.judging.test_withdrawing import propose as propose_withdrawal


def listed(actor, kinds=KINDS, **more):
    with db.reading() as session:
        return waiting_for(session, actor, kinds, **more)[0]


def kinds_of(actor):
    return sorted(row.kind.value for row in listed(actor))


def lock(contest):
    with db.transaction() as session:
        period = session.get_one(Period, (contest.event.tenant_id, contest.period.id))
        services.lock_period(session, SYSTEM, period, "测试")


def promised(look):
    """What the page itself says: whether this reader may confirm; a page that is refused promises nothing."""
    try:
        with db.reading() as session:
            return look(session)
    except DomainError:
        return False


def everybody(contest):
    """One of each role, and of those who have two."""
    roles = {
        "arbiter": Role.ARBITRATOR, "officer": Role.ENCRYPTION_OFFICER, "second": Role.ORGANIZER,
        "eve": Role.SUPERVISOR, "watcher": Role.SUPERVISOR, "admin": Role.ADMINISTRATOR,
    }  # fmt: skip
    for name, role in roles.items():
        add(contest, name, role)
    with db.transaction() as session:
        grant_role(session, SYSTEM, contest.accounts["watcher"], Role.ORGANIZER, contest.world.city)
        grant_role(session, SYSTEM, contest.accounts["bo"], Role.SUPERVISOR, contest.world.city)
    with db.reading() as session:
        contest.actors |= {name: actor_for(session, account) for name, account in contest.accounts.items()}
    return contest.actors


def test_nothing_waits_for_nobody(contest):
    for who in everybody(contest).values():
        assert listed(who) == []
    assert listed(SYSTEM) == []


def test_a_kind_without_a_source_would_never_be_listed():
    assert set(SOURCES) == set(KINDS)


def witnesses(who, *place):
    return promised(lambda s: waiver_view(s, who, *place).can_confirm)


@pytest.mark.parametrize("names", ["sealed", "open"])
def test_a_waiver_waits_for_those_who_may_witness_it_and_for_nobody_else(small, names):
    contest = small
    formal(contest, *ALL)
    if names == "open":
        open_names(contest)
    people = everybody(contest)
    contest.fill("anna")
    with db.transaction() as session:  # the contestant of this very sheet is a supervisor
        entry = session.exec(select(Entry).where(Entry.code == contest.codes[0])).one()
        entry.account_id = contest.accounts["supervisor"].id
    for role in ALL:
        act = ask(contest, "arbiter" if role == "chief" else "chief", role, "absent", "已离场")
        place = (contest.period.id, "J1", contest.codes[0], role)
        expected = {name for name, who in people.items() if witnesses(who, *place)}
        assert {name for name, who in people.items() if "waiver" in kinds_of(who)} == expected, role
        assert expected, "somebody can"
        with db.transaction() as session:
            session.get_one(Act, (act.tenant_id, act.id)).state = "withdrawn"
        put(contest, "anna" if role in ("contestant", "judge") else role, role)


def test_what_is_decided_or_ones_own_waits_no_more(contest):
    contest.fill("anna")
    act = ask(contest, "chief", "judge", "absent", "送医")
    assert kinds_of(contest.actors["chief"]) == [], "asked for by themselves"
    (row,) = listed(contest.actors["supervisor"])
    assert (row.kind, row.asker, row.reason, row.event) == (ActKind.WAIVER, "测试chief", "送医", "电工")
    witness(contest, "supervisor", act, "judge")
    assert kinds_of(contest.actors["supervisor"]) == []
    assert kinds_of(contest.actors["chief"]) == ["chief"], "and now the chief judge's signature is due"


def test_several_waivers_of_one_judge_stand_in_one_line(contest):
    for entry in (0, 1):
        contest.fill("anna", entry)
        ask(contest, "chief", "judge", "absent", "送医", entry=entry)
    (row,) = listed(contest.actors["supervisor"])
    assert (row.sheets, row.detail) == (2, "J1")


def test_a_conflict_taken_back_waits_for_those_who_decide_it(contest):
    people = everybody(contest)
    conflict = declare(contest, reason="亲戚")
    propose_withdrawal(contest, "anna", conflict)
    for name, who in people.items():
        may = promised(lambda s, who=who: withdrawal_view(s, who, contest.competition.id, conflict.id).can_confirm)
        assert ("conflict" in kinds_of(who)) == may, name
    found = {name for name, who in people.items() if "conflict" in kinds_of(who)}
    assert found == {"chief", "organizer", "second", "watcher"}


def test_a_recusal_waits_for_those_who_decide_it(contest):
    people = everybody(contest)
    recusal = recused(contest)
    propose_lifting(contest, "organizer", recusal)
    for name, who in people.items():
        may = promised(lambda s, who=who: lifting_view(s, who, contest.event.id, recusal.id).can_confirm)
        assert ("recusal" in kinds_of(who)) == may, name
    (row,) = listed(people["chief"])
    assert contest.codes[0] not in repr(row), "no blind code"
    assert "王一" not in repr(row), "no name"


def test_a_recusal_after_marks_waits_while_it_can_be_confirmed(contest):
    people = everybody(contest)
    contest.fill("anna")
    contest.fill("anna", 1)
    first, act = ask_to_recuse(contest, entry=1), ask_to_recuse(contest)

    def agree(expected):
        for name, who in people.items():
            may = [
                promised(lambda s, who=who, one=one: asked_view(s, who, contest.event.id, one.id).can_confirm)
                for one in (first, act)
            ]
            assert kinds_of(who).count("recusing") == sum(may), name
        found = {name for name, who in people.items() if "recusing" in kinds_of(who)}
        assert found == expected

    agree({"organizer", "second", "watcher", "supervisor", "eve", "bo"})
    row = next(row for row in listed(people["supervisor"]) if row.key == act.id)
    assert (row.detail, row.asker, row.reason) == ("J1", "测试chief", "师徒")
    assert contest.codes[0] not in repr(row), "no blind code"
    assert "王一" not in repr(row), "no name"
    with db.transaction() as session:
        member, entry = contest.members["anna"], entry_of(session, contest)
        register(session, contest.event, member, entry, "申报的利害关系", automatic=True)
    assert [row.key for row in listed(people["supervisor"])] == [first.id], "it came to stand otherwise"
    lock(contest)
    agree(set())


def test_an_unsealing_waits_for_the_second_person(contest):
    people = everybody(contest)
    lock(contest)
    with db.transaction() as session:
        event = session.get_one(Event, (contest.event.tenant_id, contest.event.id))
        propose_unsealing(session, people["officer"], event)
    for name, who in people.items():
        may = promised(lambda s, who=who: unsealing_view(s, who, contest.event.id).can_confirm)
        assert ("unsealing" in kinds_of(who)) == may, name
    assert "unsealing" in kinds_of(people["supervisor"])


def test_a_correction_waits_for_all_who_decide_but_judges_of_the_event(world):
    contest = published(world)
    act = propose_correction(contest, 2, "96")
    people = [actor(contest.event, role) for role in Role]
    for who in (*people, contest.organizer, contest.clerk):
        may = promised(lambda s, who=who: act_view(s, who, contest.event.id, act.id).can_confirm)
        assert ("mark" in kinds_of(who)) == may, who.name
    assert sum("mark" in kinds_of(who) for who in people) == 3


def test_a_withdrawal_after_the_lock_waits_for_the_same_and_tells_no_code(world):
    contest = published(world)
    act = contest.propose_withdrawal(2)
    people = [actor(contest.event, role) for role in Role]
    for who in (*people, contest.organizer, contest.clerk):
        may = promised(lambda s, who=who: act_view(s, who, contest.event.id, act.id).can_confirm)
        assert ("withdrawal" in kinds_of(who)) == may, who.name
    assert sum("withdrawal" in kinds_of(who) for who in people) == 3
    (row,) = listed(actor(contest.event, Role.SUPERVISOR))
    assert (row.kind, row.key) == (ActKind.WITHDRAWAL, act.id)
    assert contest.entries[1].code not in repr(row)


def signing(contest, name, role):
    """Whether the list of the period itself has a sheet for this person."""
    with db.reading() as session:
        where = locate(session, contest.period.id)
        may = may_sign_as(session, contest.actors[name], where, role)
        return may and bool(waiting_lines(session, where, role))


def test_a_signature_waits_when_it_is_its_turn(contest):
    formal(contest, *ALL)
    everybody(contest)

    def agree(*due):
        for name in ("chief", "supervisor", "bo", "organizer", "arbiter"):
            for role in ("chief", "supervisor"):
                assert (role in kinds_of(contest.actors[name])) == signing(contest, name, role), (name, role, due)
        found = {role for name in ("chief", "supervisor") for role in kinds_of(contest.actors[name])}
        assert found & {"chief", "supervisor"} == set(due)

    agree()
    contest.fill("anna")
    agree()
    put(contest, "anna", "contestant")
    agree()
    put(contest, "anna", "judge")
    agree("chief")
    put(contest, "chief", "chief")
    agree("supervisor")
    contest.fill("bo", 1)
    lock(contest)
    agree("chief", "supervisor")
    put(contest, "chief", "chief", 1, "J2")
    put(contest, "supervisor", "supervisor", 1, "J2")
    put(contest, "supervisor", "supervisor")
    agree()


def test_a_changed_mark_and_a_conflict_take_the_sheet_off_the_list(contest):
    contest.fill("anna")
    put(contest, "anna", "judge")
    assert kinds_of(contest.actors["chief"]) == ["chief"]
    base = view(contest).marks["P2", 1].revision
    contest.send("anna", contest.op(31, base=base, reason="复议"))
    assert kinds_of(contest.actors["chief"]) == [], "its signatures are void"
    put(contest, "anna", "judge")
    contest.send("anna", contest.op(35, base=base, reason="旧的"))
    assert ("chief" in kinds_of(contest.actors["chief"])) == signing(contest, "chief", "chief")


def test_a_typed_sheet_waits_for_another_than_its_typist(database):
    contest = prepared()
    everybody(contest)
    having = lambda: {n for n, who in contest.actors.items() if "paper" in kinds_of(who)}
    assert having() == {"organizer", "second", "watcher", "chief"}, "the clerk typed it"
    check(contest, "chief", confirms=False, reason="P2 不同")
    assert having() == set(), "the typist is to mend it"
    type_sheet(contest, {"P2": "31"}, reason="抄错")
    assert having() == {"organizer", "second", "watcher", "chief"}
    tie(contest.actors["organizer"], contest.actors["clerk"])
    assert having() == {"second", "watcher", "chief"}, "nor for whoever made the typist's account"
    check(contest, "chief")
    assert having() == set()


def test_it_is_searched_sorted_and_paged(contest):
    for entry, judge, name in ((0, "J1", "anna"), (1, "J1", "anna"), (1, "J2", "bo")):
        contest.fill(name, entry)
        ask(contest, "chief", "judge", "absent", f"送医{judge}", entry=entry, judge=judge)
    who = contest.actors["supervisor"]
    assert [row.detail for row in listed(who)] == ["J1", "J2"]
    assert [row.detail for row in listed(who, descending=True)] == ["J2", "J1"]
    assert [row.detail for row in listed(who, limit=1, offset=1)] == ["J2"]
    with db.reading() as session:
        assert waiting_for(session, who, KINDS, offset=9) == ([], 2), "behind the last page"
    assert [row.detail for row in listed(who, search="送医J2")] == ["J2"]
    assert [row.detail for row in listed(who, search="电工")] == ["J1", "J2"]
    assert listed(who, search="%") == []
    with db.reading() as session:
        assert waiting_for(session, who, KINDS, limit=1)[1] == 2
        assert waiting_for(session, who, (ActKind.MARK,)) == ([], 0), "a page that the matrix closes has no line"


def test_a_longer_list_takes_no_more_statements(contest):
    counts = []
    for number, (entry, judge, who) in enumerate(((1, "J1", "anna"), (1, "J2", "bo"), (0, "", ""))):
        if number == 2:
            propose_lifting(contest, "chief", recused(contest))
        else:
            contest.fill(who, entry)
            ask(contest, "chief", "judge", "absent", "送医", entry=entry, judge=judge)
        with counting_queries() as statements:
            rows = listed(contest.actors["supervisor"])
        counts.append((len(rows), len(statements)))
    assert counts == [(1, 3), (2, 3), (3, 3)], "competitions, seats, page with its count"


def test_another_tenants_things_do_not_wait_here(contest):
    contest.fill("anna")
    ask(contest, "chief", "judge", "absent", "送医")
    who = contest.actors["supervisor"]
    foreign = replace(who, grants=tuple(replace(grant, tenant_id="another") for grant in who.grants))
    below = replace(who, grants=tuple(replace(grant, path=grant.path + "below/") for grant in who.grants))
    assert kinds_of(who) == ["waiver"]
    assert listed(foreign) == listed(below) == []
    with db.transaction() as session:
        session.exec(select(Act)).one().state = "withdrawn"
    assert listed(who) == []
