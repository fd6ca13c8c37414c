"""A signature that can't be given is waived by two persons: never by the one whose it is, bound to these very marks."""

import json

import pytest
from sqlmodel import select

from contest import db
from contest.accounts.queries import actor_for
from contest.accounts.services import grant_role
from contest.actors import SYSTEM, Role
from contest.competitions.models import Event, Period, RuleSetVersion
from contest.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from contest.judging import services
from contest.judging.models import Sheet, SheetSignature, WaiverGround
from contest.judging.queries import locate
from contest.judging.room.progress import shortfalls
from contest.judging.signatures.listing import sheet_signatures, unsigned_sheets
from contest.judging.signatures.sheet_pdf import printed_sheet, sheet_pdf
from contest.judging.signatures.waiver_queries import waiting_waivers, waiver_view
from contest.judging.signatures.waiving import confirm_waiver, propose_waiver, refuse_waiver
from contest.ledger import queries as ledger
from tests.judging.test_signing import ALL, formal, put, view
from tests.support import make_person, says, sign_in


def ask(
    contest, who, role, ground="refused", reason="对故障排除的分有异议，拒绝签字", entry=0, judge="J1", digest=None
):
    with db.transaction() as session:
        shown = digest or view(contest, entry, judge).digest
        place = (contest.period.id, judge, contest.codes[entry], role)
        return propose_waiver(session, contest.actors[who], *place, digest=shown, ground=ground, reason=reason)


def witness(contest, who, act, role, entry=0, judge="J1"):
    with db.transaction() as session:
        return confirm_waiver(
            session, contest.actors[who], contest.period.id, judge, contest.codes[entry], role, act.id
        )


def lines(contest):
    with db.reading() as session:
        return sheet_signatures(session, locate(session, contest.period.id))


def add(contest, name, role):
    account, _ = make_person(contest.world, role, login=name)
    with db.reading() as session:
        contest.accounts[name], contest.actors[name] = account, actor_for(session, account)


def open_names(contest):
    """Not blind any more: the organizer may know codes and names."""
    with db.transaction() as session:
        version = session.get_one(Event, (contest.event.tenant_id, contest.event.id)).rule_set_id
        found = session.get_one(RuleSetVersion, (contest.event.tenant_id, version))
        found.document = json.dumps(json.loads(found.document) | {"blind": False})


def test_a_contestant_who_refuses_holds_nobody_up(contest):
    formal(contest, *ALL)
    contest.fill("anna")
    with pytest.raises(ConflictError):
        put(contest, "anna", "judge")
    act = ask(contest, "chief", "contestant")
    made = witness(contest, "supervisor", act, "contestant")
    assert (made.ground, made.previous, made.digest) == (WaiverGround.REFUSED, "", view(contest).digest)
    signed = put(contest, "anna", "judge")
    assert signed.previous == made.hash, "the waiver is a link of the chain"
    put(contest, "chief", "chief")
    put(contest, "supervisor", "supervisor")
    with db.reading() as session:
        (row,) = list(ledger.data_of(ledger.rows(session, contest.competition), "waiver"))
        printed = printed_sheet(session, contest.actors["supervisor"], contest.period.id, "J1", contest.codes[0])
        assert unsigned_sheets(session, contest.event) == 0
    assert (row["role"], row["ground"], row["digest"]) == ("contestant", "refused", view(contest).digest)
    assert (row["reason"], row["signature"]) == ("对故障排除的分有异议，拒绝签字", made.hash)
    assert row["proposed_by"] == contest.accounts["chief"].id
    assert row["confirmed_by"] == contest.accounts["supervisor"].id
    assert printed.whole
    assert sheet_pdf(printed).startswith(b"%PDF")
    (line,) = lines(contest)
    assert dict(line.waived) == {"contestant": "拒绝签字"}


def test_a_judge_taken_ill_owes_no_signature_and_the_sheet_says_why(contest):
    contest.fill("anna")
    with db.reading() as session:
        assert {item.name: item.unsigned for item in shortfalls(session, locate(session, contest.period.id))}[
            contest.accounts["anna"].name
        ] == 1
    witness(contest, "supervisor", ask(contest, "chief", "judge", "absent", "送医"), "judge")
    with db.reading() as session:
        missing = shortfalls(session, locate(session, contest.period.id))
        assert session.exec(select(Sheet)).one().signed_at is None, "waived is not signed"
    assert all(item.unsigned == 0 for item in missing)
    put(contest, "chief", "chief")
    with pytest.raises(ConflictError):
        put(contest, "anna", "judge")


def test_a_changed_mark_voids_the_waiver_as_it_voids_signatures(contest):
    formal(contest, *ALL)
    contest.fill("anna")
    witness(contest, "supervisor", ask(contest, "chief", "contestant"), "contestant")
    put(contest, "anna", "judge")
    base = view(contest).marks["P2", 1].revision
    assert contest.send("anna", contest.op(31, base=base))[0]["result"] == "quarantined", "changed with a reason only"
    assert contest.send("anna", contest.op(31, base=base, reason="复议"))[0]["result"] == "accepted"
    (line,) = lines(contest)
    assert (line.signed, line.voided, dict(line.waived)) == (frozenset(), ("contestant", "judge"), {})
    with pytest.raises(ConflictError):
        put(contest, "anna", "judge")


def test_what_was_asked_for_other_marks_is_not_confirmed(contest):
    contest.fill("anna")
    act = ask(contest, "chief", "judge", "tablet", "平板摔坏")
    contest.send("anna", contest.op(31, base=view(contest).marks["P2", 1].revision, reason="复议"))
    with pytest.raises(ConflictError):
        witness(contest, "supervisor", act, "judge")
    with pytest.raises(ConflictError):
        ask(contest, "chief", "judge", digest="0" * 64)
    with db.reading() as session:
        place = (contest.period.id, "J1", contest.codes[0], "judge")
        assert waiver_view(session, contest.actors["supervisor"], *place).is_stale
        assert session.exec(select(SheetSignature)).all() == []


@pytest.mark.parametrize("who", ["anna", "bo", "clerk", "supervisor", "organizer"])
@pytest.mark.parametrize("role", ["contestant", "judge"])
def test_who_may_not_ask(small, who, role):
    """Judges, clerk and supervisor have no say; the organizer knows names, and a sheet is named by its code."""
    contest = small
    formal(contest, *ALL)
    contest.fill("anna")
    with pytest.raises(ForbiddenError):
        ask(contest, who, role)


@pytest.mark.parametrize("who", ["chief", "anna", "bo", "clerk", "organizer"])
def test_who_may_not_witness(small, who):
    contest = small
    contest.fill("anna")
    act = ask(contest, "chief", "judge", "absent", "送医")
    with pytest.raises(ForbiddenError):
        witness(contest, who, act, "judge")
    with pytest.raises(NotFoundError):
        witness(contest, "supervisor", act, "chief")


def test_nobody_waives_their_own(small):
    contest = small
    formal(contest, *ALL)
    open_names(contest)
    contest.fill("anna")
    # the judge of the sheet is also an organizer, the chief judge asks for their own, the supervisor for theirs
    with db.transaction() as session:
        for name in ("anna", "chief", "supervisor"):
            grant_role(session, SYSTEM, contest.accounts[name], Role.ORGANIZER, contest.world.city)
    with db.reading() as session:
        for name in ("anna", "chief", "supervisor"):
            contest.actors[name] = actor_for(session, contest.accounts[name])
    for who, role in (("anna", "judge"), ("chief", "chief"), ("supervisor", "supervisor")):
        with pytest.raises(ForbiddenError, match="自己"):
            ask(contest, who, role)


def test_the_chiefs_and_the_supervisors_own_are_waived_by_others(small):
    contest = small
    formal(contest, *ALL[1:])
    contest.fill("anna")
    put(contest, "anna", "judge")
    add(contest, "arbiter", Role.ARBITRATOR)
    with pytest.raises(ForbiddenError):
        ask(contest, "supervisor", "chief")
    witness(contest, "supervisor", ask(contest, "arbiter", "chief", "absent", "紧急离场"), "chief")
    act = ask(contest, "chief", "supervisor", "absent", "中途离岗")
    with pytest.raises(ForbiddenError):
        witness(contest, "supervisor", act, "supervisor")
    witness(contest, "arbiter", act, "supervisor")
    (line,) = lines(contest)
    assert (line.signed, set(line.waived)) == (frozenset({"judge", "chief", "supervisor"}), {"chief", "supervisor"})


def test_neither_ground_nor_reason_may_be_missing(small):
    contest = small
    contest.fill("anna")
    for ground, reason, field in (("", "送医", "ground"), ("ill", "送医", "ground"), ("absent", " ", "reason")):
        with pytest.raises(InvalidError) as caught:
            ask(contest, "chief", "judge", ground, reason)
        assert set(caught.value.fields) == {field}


def test_it_waits_for_its_turn_for_whole_sheets_and_comes_no_later_than_the_results(small):
    contest = small
    formal(contest, *ALL)
    with pytest.raises(ConflictError):
        ask(contest, "chief", "contestant")
    contest.send("anna", contest.op(30))
    with pytest.raises(ConflictError):
        ask(contest, "chief", "contestant")
    contest.fill("anna", 1)
    with pytest.raises(ConflictError):
        ask(contest, "chief", "judge", entry=1)
    with db.transaction() as session:
        period = session.get_one(Period, (contest.event.tenant_id, contest.period.id))
        services.lock_period(session, SYSTEM, period, "测试")
    act = ask(contest, "chief", "contestant", "absent", "已离场", entry=1)
    witness(contest, "supervisor", act, "contestant", entry=1)
    with db.transaction() as session:
        session.get_one(Event, (contest.event.tenant_id, contest.event.id)).state = "published"
    with pytest.raises(ConflictError):
        ask(contest, "chief", "judge", "absent", "送医", entry=1)


def test_one_who_is_recused_has_no_sheet_to_waive(small):
    contest = small
    contest.fill("anna")
    with pytest.raises(NotFoundError):
        ask(contest, "chief", "judge", judge="J2", entry=2, digest="0" * 64)
    for judge, role in (("J9", "judge"), ("J1", "organizer"), ("J1", "contestant")):
        with pytest.raises(NotFoundError):
            ask(contest, "chief", role, judge=judge, digest="0" * 64)


def test_it_is_asked_once_refused_with_a_reason_and_asked_again(small):
    contest = small
    contest.fill("anna")
    act = ask(contest, "chief", "judge", "absent", "送医")
    assert ask(contest, "chief", "judge", "absent", "送医").id == act.id, "a second click"
    with db.reading() as session:
        (waiting,) = waiting_waivers(session, contest.event)
    assert (waiting.judge, waiting.code, waiting.role) == ("J1", contest.codes[0], "judge")
    place = (contest.period.id, "J1", contest.codes[0], "judge", act.id)
    with pytest.raises(ForbiddenError), db.transaction() as session:
        refuse_waiver(session, contest.actors["bo"], *place, "不行")
    with pytest.raises(InvalidError), db.transaction() as session:
        refuse_waiver(session, contest.actors["supervisor"], *place, "")
    with db.transaction() as session:
        refuse_waiver(session, contest.actors["supervisor"], *place, "他还在")
    with pytest.raises(ConflictError):
        witness(contest, "supervisor", act, "judge")
    assert ask(contest, "chief", "judge", "absent", "已离开").id != act.id


@pytest.mark.parametrize(("column", "value"), [("ground", "absent"), ("reason", "别的理由"), ("role", "judge"),
                                               ("digest", "0" * 64), ("ground", None)])  # fmt: skip
def test_what_was_changed_in_the_database_is_seen_on_the_printed_sheet(small, column, value):
    contest = small
    formal(contest, *ALL)
    contest.fill("anna")
    witness(contest, "supervisor", ask(contest, "chief", "contestant"), "contestant")
    with db.transaction() as session:
        setattr(session.exec(select(SheetSignature)).one(), column, value)
    with db.reading() as session:
        actor = contest.actors["supervisor"]
        assert not printed_sheet(session, actor, contest.period.id, "J1", contest.codes[0]).whole


def test_the_pages_of_both(client, contest):
    formal(contest, *ALL)
    contest.fill("anna")
    code = contest.codes[0]
    path = f"/judging/waivers/{contest.period.id}/J1/{code}/contestant"
    listed = f"/events/{contest.event.id}/signatures"
    token = sign_in(client, contest.accounts["chief"]).csrf_token
    assert path in client.get(listed).text
    shown = client.get(path).text
    digest = shown.split('name="digest" value="')[1].split('"')[0]
    kept = client.post(path, data={"csrf_token": token, "digest": digest, "ground": "refused", "reason": ""})
    assert kept.status_code == 422
    assert 'value="refused" checked' in kept.text
    sent = {"csrf_token": token, "digest": digest, "ground": "refused", "reason": "认为扣分不当"}
    assert client.post(path, data=sent, follow_redirects=False).status_code == 303
    sign_in(client, contest.accounts["organizer"])
    assert client.get(path).status_code == 403
    assert not says(client.get(listed).text, code), "who sees names sees no codes"
    for name in ("anna", "bo", "clerk"):
        token = sign_in(client, contest.accounts[name]).csrf_token
        assert client.get(path).status_code == 403
        assert client.post(path, data=sent | {"csrf_token": token}).status_code == 403
    token = sign_in(client, contest.accounts["supervisor"]).csrf_token
    assert path in client.get(listed).text
    shown = client.get(path).text
    assert "认为扣分不当" in shown
    act = shown.split("/acts/")[1].split('"')[0]
    assert client.post(f"{path}/acts/{act}", data={"csrf_token": token}, follow_redirects=False).status_code == 303
    assert client.post(f"{path}/acts/{act}", data={"csrf_token": token}).status_code == 409
    assert "拒绝签字" in client.get(listed).text
    sign_in(client, contest.accounts["anna"])
    own = client.get(f"/judging/sheets/{contest.period.id}/{code}/review").text
    assert "免签：拒绝签字" in own
    assert 'name="role" value="judge"' in own, "the judge signs next"
    assert "免签" in client.get(f"/judging/sheets/{contest.period.id}/{code}").text
