"""An outbox carried to the desk by hand: the judge's operations, unchanged, once, and it is said who brought them."""

import hmac
import json

import pytest
from sqlmodel import select

from contest import db
from contest.accounts.models import RoleGrant
from contest.audit.models import AuditRecord
from contest.core.canonical import canonical_json, digest
from contest.errors import ForbiddenError, InvalidError
from contest.judging.models import MarkRow, Operation
from contest.judging.sheet.rescue import carry_outbox, read_outbox, seal_key
from contest.ledger.queries import rows
from tests.judging.scenery import build_contest


@pytest.fixture
def contest(database):
    return build_contest()


def packed(contest, *operations, who="anna", **changes):
    account = contest.accounts[who].id
    seal = hmac.new(seal_key(account).encode(), canonical_json(list(operations)), "sha256").hexdigest()
    content = {"format": "contest-outbox-1", "account": account, "device": "tablet-of-anna", "seal": seal}
    return json.dumps(content | {"digest": digest(list(operations)), "operations": list(operations)} | changes)


def marks_in_ledger(session, contest):
    return [row.body for row in rows(session, contest.competition) if row.kind == "mark"]


def carry(contest, who, text):
    with db.transaction() as session:
        return carry_outbox(session, contest.actors[who], contest.event.id, text)


def test_it_counts_as_the_judges_own_and_twice_is_once(contest):
    text = packed(contest, contest.op(30), contest.op(100, "P1"), contest.op(99), contest.op(1, event="0" * 16))
    first = carry(contest, "organizer", text)
    assert (first.judge, first.counts, first.elsewhere) == ("J1", {"accepted": 2, "quarantined": 1}, 1)
    assert carry(contest, "chief", text).counts == {"duplicate": 3}
    with db.reading() as session:
        marks = {(m.judge_code, m.by_code, m.aspect, m.units) for m in session.exec(select(MarkRow))}
        imported = ['"imported_by":"organizer"' in body for body in marks_in_ledger(session, contest)]
        of_imports = select(AuditRecord).where(AuditRecord.action == "import_outbox")
        trail = session.exec(of_imports.order_by(AuditRecord.id)).all()
        assert {op.account_id for op in session.exec(select(Operation))} == {contest.accounts["anna"].id}
    assert marks == {("J1", "J1", "P2", 30), ("J1", "J1", "P1", 100)}
    assert imported == [True, True]
    assert [row.account_id for row in trail] == [contest.accounts[who].id for who in ("organizer", "chief")]


def test_a_tablet_cant_say_of_itself_that_it_was_imported(contest):
    contest.send("anna", contest.op(30, imported_by="C1"))
    with db.reading() as session:
        assert ["imported_by" in body for body in marks_in_ledger(session, contest)] == [False]


def test_nobody_but_the_judges_tablet_makes_or_changes_it(contest):
    """Administering never includes scoring: the organizer has the file, not the key of its seal."""
    right = json.loads(packed(contest, contest.op(30)))
    other = json.loads(packed(contest, contest.op(39)))
    forged = [
        right | {"operations": other["operations"]},
        right | {"operations": other["operations"], "digest": other["digest"]},
        right | {"account": contest.accounts["bo"].id},
        right | {"seal": "é"},
    ]
    for content in forged:
        with pytest.raises(InvalidError, match="改正") as refused:
            carry(contest, "organizer", json.dumps(content))
        assert "封签不符" in str(refused.value.fields["outbox"])
    for who in ("anna", "clerk"):
        with pytest.raises(ForbiddenError):
            carry(contest, who, json.dumps(right))
    with db.reading() as session:
        assert not session.exec(select(Operation)).all()


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{}", "null", "[" * 5000, '{"format": "contest-outbox-1"}', "CO1.00000000.1.1.AAAA", "x" * 4_000_001,
     "CO1.00000000.1.2.AAAA", "CO1.00000000.1.2.AAAA CO1.11111111.2.2.AAAA", "CO1.00000000.1.9999.AAAA"],
)  # fmt: skip
def test_what_is_no_outbox_is_refused_in_words(text):
    with pytest.raises(InvalidError):
        read_outbox(text)


def test_what_a_judge_without_a_role_has_on_the_tablet_is_not_lost(contest):
    """The role was taken back meanwhile: what the desk carries stays with the event, where the desk sees it."""
    text = packed(contest, contest.op(30))
    with db.transaction() as session:
        for grant in session.exec(select(RoleGrant).where(RoleGrant.account_id == contest.actors["anna"].account_id)):
            session.delete(grant)
    carry(contest, "chief", text)
    with db.reading() as session:
        (kept,) = session.exec(select(Operation)).all()
    assert (kept.tenant_id, kept.event_id) == (contest.event.tenant_id, contest.event.id)
    assert kept.competition_id == contest.event.competition_id
