"""Paper sheets: what is typed is seen by two people, and the second can't change it (trust.md 1, Tabbycat's rule)."""

import json

import pytest
from litestar.testing import TestClient
from pypdf import PdfReader
from sqlmodel import select

from contest import db
from contest.accounts.hands import CREATED, note_hand
from contest.accounts.models import Account
from contest.actors import SYSTEM
from contest.competitions.queries import digest_in_force
from contest.db import counting_queries
from contest.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from contest.judging.models import MarkRow
from contest.judging.panel.services import appoint_external
from contest.judging.paper.clerking import save_typed
from contest.judging.paper.services import check_paper, paper_lines, paper_view
from contest.ledger.queries import rows
from contest.waiting.kinds import KINDS
from contest.waiting.queries import waiting_for
from tests.judging.scenery import build_contest
from tests.support import sign_in


def type_sheet(contest, values, entry=0, who="clerk", reason=""):
    """The clerk types the paper of the external judge."""
    code = contest.codes[entry]
    form = {f"v|{code}|{aspect}|1": value for aspect, value in values.items()}
    with db.transaction() as session:
        form |= {
            f"r|{code}|{row.aspect}|1": str(row.revision)
            for row in session.exec(select(MarkRow).where(MarkRow.entry_code == code, MarkRow.judge_code == "J3"))
        }
        args = contest.event.id, contest.period.id, "J3", form, reason
        return save_typed(session, contest.actors[who], *args)


@pytest.fixture
def contest(database):
    return prepared()


def prepared():
    contest = build_contest()
    with db.transaction() as session:
        assert appoint_external(session, SYSTEM, contest.stage, "外请评委").code == "J3"
    type_sheet(contest, {"P1": "10", "P2": "30", "P3": "2"})
    return contest


def check(contest, who, *, confirms=True, reason="", digest=None, judge="J3"):
    with db.transaction() as session:
        actor, code = contest.actors[who], contest.codes[0]
        seen = digest or paper_view(session, actor, contest.period.id, judge, code).digest
        return check_paper(
            session, actor, contest.period.id, judge, code, digest=seen, confirms=confirms, reason=reason
        )


def states(contest):
    with db.reading() as session:
        _, lines, _ = paper_lines(session, contest.actors["organizer"], contest.period.id)
        return {(line.judge, line.entry): line.check and line.check.is_confirmed for line in lines}


def test_nobody_confirms_what_a_person_typed_whose_account_they_made(contest):
    """With it they could have typed it themselves."""
    with db.transaction() as session:
        note_hand(session, contest.actors["organizer"], contest.accounts["clerk"], CREATED)
    with pytest.raises(ConflictError, match="由您办账号的人"):
        check(contest, "organizer")
    with db.reading() as session:
        assert "paper" not in {row.kind for row in waiting_for(session, contest.actors["organizer"], KINDS)[0]}
        assert "paper" in {row.kind for row in waiting_for(session, contest.actors["chief"], KINDS)[0]}
    check(contest, "chief")


def test_a_second_person_confirms_and_a_later_change_waits_again(contest):
    place = ("J3", contest.codes[0])
    assert states(contest) == {place: None}
    with pytest.raises(ConflictError, match="您自己（或由您办账号的人）录入的"):
        check(contest, "clerk")
    with pytest.raises(ConflictError, match="刚刚改过"):
        check(contest, "organizer", digest="0" * 64)
    row = check(contest, "organizer")
    assert states(contest) == {place: True}
    with db.reading() as session:
        (body,) = [json.loads(r.body) for r in rows(session, contest.competition) if r.kind == "paper_check"]
    assert (body["seq"], body["data"]["state"], body["data"]["by"]) == (row.ledger_seq, "confirmed", "organizer")
    type_sheet(contest, {"P2": "31"}, reason="看错")
    assert states(contest) == {place: None}


def tie(one, other):
    with db.transaction() as session:
        note_hand(session, one, session.get_one(Account, other.account_id), CREATED)


def test_a_rejection_says_why_and_changes_no_mark(contest):
    with pytest.raises(InvalidError):
        check(contest, "chief", confirms=False)
    check(contest, "chief", confirms=False, reason="P2 纸上是 31")
    assert states(contest) == {("J3", contest.codes[0]): False}
    with db.reading() as session:
        assert {(m.aspect, m.units, m.by_code) for m in session.exec(select(MarkRow))} == {
            ("P1", 100, "K1"), ("P2", 30, "K1"), ("P3", 2, "K1"),
        }  # fmt: skip


def test_a_judges_own_sheet_is_no_paper_sheet_and_a_judge_checks_nothing(contest):
    contest.fill("anna")
    with db.reading() as session:
        with pytest.raises(NotFoundError):
            paper_view(session, contest.actors["organizer"], contest.period.id, "J1", contest.codes[0])
        with pytest.raises(ForbiddenError):
            paper_view(session, contest.actors["anna"], contest.period.id, "J3", contest.codes[0])
    assert set(states(contest)) == {("J3", contest.codes[0])}


def test_the_list_costs_the_same_however_long_it_is(contest):
    counts = []
    for entry in (1, 2):
        with db.reading() as session, counting_queries() as statements:
            paper_lines(session, contest.actors["organizer"], contest.period.id)
        counts.append(len(statements))
        type_sheet(contest, {"P1": "9"}, entry)
    with db.reading() as session, counting_queries() as statements:
        _, lines, total = paper_lines(session, contest.actors["organizer"], contest.period.id)
    assert (len(lines), total) == (3, 3)
    assert [*counts, len(statements)] == [counts[0]] * 3
    with db.reading() as session:
        _, found, total = paper_lines(session, contest.actors["organizer"], contest.period.id, search=contest.codes[2])
    assert [line.entry for line in found] == [contest.codes[2]]
    assert total == 1


def test_the_printed_sheet_names_the_code_the_rules_and_who_signs(app, sqlite, tmp_path):
    with TestClient(app, base_url="http://127.0.0.1:8000", raise_server_exceptions=False) as client:
        client.headers["accept-language"] = "zh-CN"
        contest = prepared()
        with db.reading() as session:
            rules = digest_in_force(session, contest.event)
        actor = sign_in(client, contest.accounts["organizer"])
        base = f"/judging/periods/{contest.period.id}/paper"
        (tmp_path / "sheets.pdf").write_bytes(client.get(f"{base}.pdf?judge=J3").content)
        reader = PdfReader(tmp_path / "sheets.pdf")
        text = [sheet.extract_text() for sheet in reader.pages]
        assert len(text) == len(contest.codes)
        printed = client.get(f"{base}/print").text
        for code in contest.codes:
            assert any(code in sheet and rules[:32] in sheet.replace("\n", "") for sheet in text)
            assert code in printed
        assert rules in printed
        assert all("外请" not in sheet and "王一" not in sheet for sheet in [*text, printed])
        assert contest.codes[0] in client.get(base).text
        sheet = f"/judging/paper/{contest.period.id}/J3/{contest.codes[0]}"
        assert "拿着纸质表逐格比较" in client.get(sheet).text
        refused = client.post(sheet, data={"csrf_token": actor.csrf_token, "confirms": "0", "digest": "x"})
        assert refused.status_code == 409
    db.engine().dispose()
