"""The chain of signatures: an order, the marks of that moment, the signature before; a changed mark voids them all."""

import io
import json

import pytest
from PIL import Image
from sqlmodel import select

from contest import db
from contest.accounts.models import Account, Device
from contest.accounts.passwords import hash_secret
from contest.actors import SYSTEM
from contest.competitions.formalities import set_formalities
from contest.competitions.models import Event, EventState
from contest.db import counting_queries
from contest.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from contest.event_facts import event_facts
from contest.judging import services
from contest.judging.models import SheetScan, SheetSignature
from contest.judging.queries import locate
from contest.judging.signatures.listing import (
    seen_digest,
    sheet_signatures,
    sign_waiting,
    unsigned_sheets,
    waiting_lines,
)
from contest.judging.signatures.services import sheet_of, sign
from contest.judging.signatures.sheet_pdf import printed_sheet, sheet_pdf
from contest.ledger import queries as ledger
from tests.support import says, sign_in

ALL = ("contestant", "judge", "chief", "supervisor")


def formal(contest, *signers):
    with db.transaction() as session:
        event = session.get_one(Event, (contest.event.tenant_id, contest.event.id))
        set_formalities(session, SYSTEM, event, signers=signers, rechecks=False, publishes_in_pairs=False)


def view(contest, entry=0, judge="J1"):
    with db.reading() as session:
        return sheet_of(session, locate(session, contest.period.id), judge, contest.codes[entry])


def put(contest, who, role, entry=0, judge="J1", digest=None, **more):
    with db.transaction() as session:
        shown = digest or view(contest, entry, judge).digest
        return sign(
            session,
            contest.actors[who],
            contest.period.id,
            judge,
            contest.codes[entry],
            role=role,
            digest=shown,
            **more,
        )


WHO = {"contestant": "anna", "judge": "anna", "chief": "chief", "supervisor": "supervisor"}


def test_four_sign_in_their_order_each_over_the_one_before(contest):
    formal(contest, *ALL)
    contest.fill("anna")
    for late in ("judge", "chief", "supervisor"):
        with pytest.raises(ConflictError):
            put(contest, WHO[late], late)
    made = [put(contest, WHO[role], role, drawing="M10 20L30 40" if role == "judge" else "") for role in ALL]
    assert [item.previous for item in made] == ["", *(item.hash for item in made[:-1])]
    assert {item.digest for item in made} == {view(contest).digest}
    with db.reading() as session:
        rows = list(ledger.data_of(ledger.rows(session, contest.competition), "sign"))
        printed = printed_sheet(session, contest.actors["supervisor"], contest.period.id, "J1", contest.codes[0])
    assert [row["role"] for row in rows] == list(ALL)
    assert [row["signature"] for row in rows] == [item.hash for item in made]
    assert rows[0]["by"] == "contestant", "the ledger knows no names"
    assert printed.whole
    assert sheet_pdf(printed).startswith(b"%PDF")
    with pytest.raises(ConflictError):
        put(contest, "anna", "judge")


def test_a_changed_mark_voids_every_signature_and_says_who_signs_again(contest):
    formal(contest, *ALL)
    contest.fill("anna")
    put(contest, "anna", "contestant")
    base = view(contest).marks["P2", 1].revision
    quick = contest.op(31, base=base)
    assert contest.send("anna", quick | {"client_time": quick["client_time"] + 60_000})[0]["result"] == "quarantined", (
        "what is signed is changed with a reason"
    )
    for role in ("judge", "chief"):
        put(contest, WHO[role], role)
    assert contest.send("anna", contest.op(31, base=base, reason="复议"))[0]["result"] == "accepted"
    with db.reading() as session:
        (line,) = sheet_signatures(session, locate(session, contest.period.id))
    assert (line.signed, line.voided) == (frozenset(), ("contestant", "judge", "chief"))
    with pytest.raises(ConflictError):
        put(contest, "chief", "chief")


@pytest.mark.parametrize(("who", "role"), [("bo", "judge"), ("chief", "judge"), ("anna", "chief"), ("bo", "chief"),
                                           ("chief", "supervisor"), ("organizer", "supervisor")])  # fmt: skip
def test_nobody_signs_for_another(contest, who, role):
    formal(contest, *ALL)
    contest.fill("anna")
    with pytest.raises((NotFoundError, ForbiddenError)):
        put(contest, who, role)


def test_other_marks_than_shown_and_other_strokes_than_a_hand_makes_are_refused(contest):
    contest.fill("anna")
    with pytest.raises(ConflictError):
        put(contest, "anna", "judge", digest="0" * 64)
    for drawing in ("M10 20L30", "M1 1" + "L2 2" * 4000, "<script>", "M1 1Z"):
        with pytest.raises(InvalidError):
            put(contest, "anna", "judge", drawing=drawing)


def test_what_was_changed_in_the_database_is_seen_on_the_printed_sheet(small):
    contest = small
    contest.fill("anna")
    put(contest, "anna", "judge", drawing="M10 20L30 40")
    for column, value in (("drawing", "M1 1L9 9"), ("digest", "0" * 64), ("previous", "1" * 64), ("hash", "2" * 64)):
        with db.transaction() as session:
            found = session.exec(select(SheetSignature)).one()
            kept = getattr(found, column)
            setattr(found, column, value)
        with db.transaction() as session:
            actor = contest.actors["supervisor"]
            assert not printed_sheet(session, actor, contest.period.id, "J1", contest.codes[0]).whole, column
            setattr(session.exec(select(SheetSignature)).one(), column, kept)
        with db.reading() as session:
            assert printed_sheet(session, actor, contest.period.id, "J1", contest.codes[0]).whole


def test_the_chief_signs_the_whole_list_that_was_shown(contest):
    for entry in (0, 1):
        contest.fill("anna", entry)
        put(contest, "anna", "judge", entry)
    with db.reading() as session:
        where = locate(session, contest.period.id)
        seen = seen_digest(waiting_lines(session, where, "chief"))
        assert unsigned_sheets(session, where.event) == 2
        assert event_facts(session, where.event)["unsigned"] is None, "not before the lock"
    with db.transaction() as session, pytest.raises(ForbiddenError):
        sign_waiting(session, contest.actors["anna"], contest.period.id, role="chief", seen=seen)
    contest.fill("anna", 2)
    put(contest, "anna", "judge", 2)
    with db.transaction() as session, pytest.raises(ConflictError):
        sign_waiting(session, contest.actors["chief"], contest.period.id, role="chief", seen=seen)
    with db.transaction() as session:
        seen = seen_digest(waiting_lines(session, locate(session, contest.period.id), "chief"))
        assert sign_waiting(session, contest.actors["chief"], contest.period.id, role="chief", seen=seen) == 3
    with db.reading() as session:
        assert unsigned_sheets(session, contest.event) == 0
        event = session.get_one(Event, (contest.event.tenant_id, contest.event.id))
        event.state = EventState.LOCKED
        assert event_facts(session, event)["unsigned"] == 0


def test_paper_of_an_external_judge_is_scanned_by_a_clerk_and_bound_to_the_marks(client, contest):
    with db.transaction() as session:
        services.appoint_external(session, SYSTEM, contest.stage, "外请评委", code="X1")
    code = contest.codes[0]
    contest.send("clerk", *(contest.op(v, a, judge="X1") for a, v in (("P1", 100), ("P2", 30), ("P3", 1))))
    path = f"/judging/paper-signature/{contest.period.id}/X1/{code}"
    token = sign_in(client, contest.accounts["clerk"]).csrf_token
    photo = Image.new("RGB", (40, 30), "white")
    buffer, exif = io.BytesIO(), Image.Exif()
    exif[0x010E] = "at home"
    photo.save(buffer, "JPEG", exif=exif)
    sent = {"csrf_token": token, "digest": "0" * 64}
    file = {"scan": ("sheet.jpg", buffer.getvalue(), "image/jpeg")}
    assert client.post(path, data=sent).status_code == 422, "no file"
    assert client.post(path, data=sent, files=file).status_code == 409, "other marks"
    sent["digest"] = view(contest, judge="X1").digest
    assert client.post(path, data=sent, files=file, follow_redirects=False).status_code == 303
    with db.reading() as session:
        assert b"at home" not in session.exec(select(SheetScan)).one().picture
        printed = printed_sheet(session, contest.actors["chief"], contest.period.id, "X1", code)
    assert [item.method.value for item in printed.signatures] == ["paper"]
    assert printed.whole
    assert client.get(f"/judging/paper-signature/{contest.period.id}/J1/{code}").status_code == 404, "she has a tablet"


def test_the_pin_is_asked_at_every_signature_and_guessing_is_slowed(client, contest):
    contest.fill("anna")
    token = sign_in(client, contest.accounts["anna"]).csrf_token
    with db.transaction() as session:
        account = session.get_one(Account, contest.accounts["anna"].id)
        account.password_hash = hash_secret("correct horse")
    path = f"/judging/sheets/{contest.period.id}/{contest.codes[0]}"
    sent = {"csrf_token": token, "digest": view(contest).digest}
    wrong = client.post(f"{path}/sign", data=sent | {"secret": "wrong"})
    assert wrong.status_code == 422
    assert "密码不对" in wrong.text
    for _ in range(6):
        last = client.post(f"{path}/sign", data=sent | {"secret": "wrong"})
    assert last.status_code == 429
    assert client.post(f"{path}/sign", data=sent | {"secret": "correct horse"}).status_code == 429, "wait first"
    with db.reading() as session:
        assert not session.exec(select(SheetSignature)).all()
        assert not session.exec(select(Device)).all()


def test_the_list_and_its_button_by_page(client, contest):
    contest.fill("anna")
    put(contest, "anna", "judge")
    path = f"/events/{contest.event.id}/signatures"
    token = sign_in(client, contest.accounts["chief"]).csrf_token
    with counting_queries() as one:
        page = client.get(path).text
    assert "核对无误，签 1 份" in page
    for entry in (1, 2):
        contest.fill("anna", entry)
        put(contest, "anna", "judge", entry)
    with counting_queries() as three:
        client.get(path)
    assert len(one) == len(three)
    with db.reading() as session:
        seen = seen_digest(waiting_lines(session, locate(session, contest.period.id), "chief"))
    sent = {"csrf_token": token, "period": contest.period.id, "role": "chief", "seen": seen}
    assert client.post(path, data=sent | {"seen": "x"}).status_code == 409
    assert "已签 3 份" in client.post(path, data=sent, follow_redirects=True).text
    sign_in(client, contest.accounts["organizer"])
    blind = client.get(path).text
    assert not any(says(blind, code) for code in contest.codes), "who sees names sees no codes"
    printed = client.get(f"/judging/printed/{contest.period.id}/J1/{contest.codes[0]}/sheet.pdf")
    assert printed.status_code == 403, "others' marks before the lock"


def test_no_name_and_no_secret_is_in_the_ledger(small):
    small.fill("anna")
    put(small, "anna", "judge")
    with db.reading() as session:
        text = json.dumps([row.body for row in ledger.rows(session, small.competition)], ensure_ascii=False)
    assert "测试" not in text
    assert "王一" not in text
