"""A file of marks that one person imported is typed: another person sees it, in one go, before the lock."""

import hashlib

import pytest

from contest import db
from contest.actors import SYSTEM
from contest.competitions.queries import competition_of
from contest.db import counting_queries
from contest.errors import ConflictError, NotFoundError
from contest.judging.paper import files
from contest.judging.paper.unchecked import unchecked_sheets
from contest.judging.queries import locate
from contest.ledger import queries as ledger
from tests.judging.scenery import build_contest
from tests.judging.test_locking import lock
from tests.judging.test_typing import box, rows, type_in, upload
from tests.support import sign_in

LINES = ("{0},T1,,9.5,", "{1},T1,,8.5,", "{2},T1,,7.5,")


@pytest.fixture
def imported(database):
    """The clerk's file gives every entry its measured value."""
    contest = build_contest()
    return contest, upload(contest, rows(contest, *LINES), who="clerk")


def waiting(contest):
    with db.reading() as session:
        return {code for _, code in unchecked_sheets(session, locate(session, contest.period.id))}


def view(contest, job, who="chief", page=1):
    with db.reading() as session:
        return files.file_view(session, contest.actors[who], contest.event.id, job.id, page=page)


def confirm(contest, job, who="chief", seen=None):
    seen = view(contest, job).digest if seen is None else seen
    with db.transaction() as session:
        return files.confirm_file(session, contest.actors[who], contest.event.id, job.id, seen=seen)


def test_it_keeps_the_lock_away_until_a_second_person_has_seen_it(imported):
    contest, job = imported
    assert waiting(contest) == set(contest.codes)
    with pytest.raises(ConflictError) as refused:
        lock(contest)
    assert "3 份录入的没有第二人核对" in refused.value.params["who"]
    with pytest.raises(ConflictError):
        confirm(contest, job, "clerk")
    assert confirm(contest, job) == len(contest.codes)
    assert waiting(contest) == set()
    with db.reading() as session:
        told = list(ledger.told(session, competition_of(session, contest.event), "paper_check"))
    digest = hashlib.sha256(rows(contest, *LINES)).hexdigest()
    assert {(row["file"], row["state"]) for row in told} == {(digest, "confirmed")}
    assert len(told) == len(contest.codes)
    with pytest.raises(ConflictError):
        confirm(contest, job)


def test_a_reason_overrides_as_with_typed_sheets(imported):
    contest, _ = imported
    lock(contest, reason="第二人未到场")
    with db.reading() as session:
        (row,) = ledger.told(session, competition_of(session, contest.event), "lock")
    assert row["reason"] == "第二人未到场"


def test_what_changed_since_was_not_seen(imported):
    contest, job = imported
    seen = view(contest, job)
    revision = next(line.row.revision for line in seen.lines if line.row.entry_code == contest.codes[0])
    form = {box(contest, 0): "9.0", "r" + box(contest, 0)[1:]: str(revision)}
    type_in(contest, "clerk", form, "看错")
    with pytest.raises(ConflictError):
        confirm(contest, job, seen=seen.digest)
    assert view(contest, job).sheets == len(contest.codes) - 1, "what the file no longer says is compared singly"
    confirm(contest, job)
    assert waiting(contest) == {contest.codes[0]}


def test_a_file_of_another_event_is_not_found(imported):
    contest, _ = imported
    with db.reading() as session, pytest.raises(NotFoundError):
        files.file_view(session, SYSTEM, contest.event.id, contest.event.id)


def test_no_sender_calls_itself_an_import(imported):
    contest, _ = imported
    (answer,) = contest.send("anna", contest.op(31, device="import"))
    assert answer["result"] == "accepted"
    with db.reading() as session:
        listed = files.imported_files(session, contest.event)
    assert [name for _, name, _ in listed] == ["marks.csv"]


def test_the_pages(client, imported):
    contest, job = imported
    path = f"/events/{contest.event.id}/import-marks/{job.id}"
    token = sign_in(client, contest.accounts["clerk"]).csrf_token
    assert "请另一个人核对" in client.get(path).text
    assert client.post(path, data={"csrf_token": token, "seen": view(contest, job).digest}).status_code == 409
    token = sign_in(client, contest.accounts["chief"]).csrf_token
    assert f'href="{path}"' in client.get(f"/judging/periods/{contest.period.id}/paper").text
    with counting_queries() as statements:
        shown = client.get(path).text
    assert len(statements) <= 40
    assert hashlib.sha256(rows(contest, *LINES)).hexdigest() in shown
    assert all(code in shown for code in contest.codes)
    seen = shown.split('name="seen" value="')[1].split('"')[0]
    done = client.post(path, data={"csrf_token": token, "seen": seen}, follow_redirects=True)
    assert "已核对 3 份" in done.text
    sign_in(client, contest.accounts["anna"])
    assert client.get(path).status_code == 403
