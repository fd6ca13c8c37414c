"""Clerks' pages and marks from a file, through the services."""

import io

import openpyxl
import pytest
from sqlmodel import select

from contest import db
from contest.actors import SYSTEM
from contest.core.marks import Mark
from contest.errors import ConflictError, ForbiddenError, InvalidError
from contest.i18n import error_text
from contest.jobs.models import Job, JobState
from contest.jobs.worker import run_pending
from contest.judging import services
from contest.judging.marks.importing import start_import
from contest.judging.models import Operation
from contest.judging.paper.clerking import clerk_view, save_typed
from contest.judging.queries import marks_of, members_of, recusals_of


def marks(contest):
    with db.reading() as session:
        return sorted(marks_of(session, contest.event), key=lambda mark: (mark.judge, mark.entry, mark.aspect))


def type_in(contest, who, form, reason="", judge=""):
    with db.transaction() as session:
        return save_typed(session, contest.actors[who], contest.event.id, contest.period.id, judge, form, reason)


def box(contest, entry, aspect="T1"):
    return f"v|{contest.codes[entry]}|{aspect}|1"


def test_many_entries_are_typed_on_one_page(contest):
    form = {box(contest, 0): "9.5", box(contest, 1): "８。０", box(contest, 2): "", "r|x": "0", "reason": ""}
    assert type_in(contest, "clerk", form) == 2
    assert {(mark.entry, mark.units, mark.judge) for mark in marks(contest)} == {
        (contest.codes[0], 95, ""),
        (contest.codes[1], 80, ""),
    }
    assert type_in(contest, "clerk", form) == 0  # nothing changed, nothing written


def test_one_wrong_box_keeps_the_whole_page_back(contest):
    with pytest.raises(InvalidError) as wrong:
        type_in(contest, "clerk", {box(contest, 0): "9.5", box(contest, 1): "95"})
    assert set(wrong.value.fields) == {box(contest, 1)}
    assert error_text(wrong.value.fields[box(contest, 1)]) == "应在 0–10 之间，您输入了 95"
    assert marks(contest) == []


def test_a_change_needs_a_reason_and_a_stale_page_is_told(contest):
    type_in(contest, "clerk", {box(contest, 0): "9.5"})
    with db.reading() as session:
        view = clerk_view(session, contest.actors["organizer"], contest.event.id)
        drawn = {b.name: b for _, boxes in view.rows for b in boxes}[box(contest, 0)]
    form = {box(contest, 0): "9.0", "r" + box(contest, 0)[1:]: str(drawn.revision)}
    with pytest.raises(ConflictError):
        type_in(contest, "organizer", form)
    assert type_in(contest, "organizer", form, "秒表核对") == 1
    with pytest.raises(ConflictError):
        type_in(contest, "clerk", form | {box(contest, 0): "8.5"}, "又一次")  # drawn before the 9.0
    assert [mark.units for mark in marks(contest)] == [90]


def test_judges_and_strangers_do_not_type(contest):
    for who in ("anna", "supervisor"):
        with pytest.raises(ForbiddenError):
            type_in(contest, who, {box(contest, 0): "9.5"})


def upload(contest, data, filename="marks.csv", who="organizer", **options):
    options = {"makes_judges": False, "reason": ""} | options
    with db.transaction() as session:
        job = start_import(
            session, contest.actors[who], contest.event, data, filename,
            next_url="/", back_url="/", language="zh-CN", **options,
        )  # fmt: skip
    run_pending()
    with db.reading() as session:
        return session.get_one(Job, (job.tenant_id, job.id))


def rows(contest, *lines):
    return "\n".join(["entry,aspect,judge,value,state", *[line.format(*contest.codes) for line in lines]]).encode()


def test_a_marks_file_goes_in_with_its_judges(contest):
    data = rows(
        contest, "{0},P2,X1,30,", "{0},P2,X2,31,", "{1},P2,X1,,not_performed", "{1},P2,X2,,missing",
        "{0},T1,,9.5,", "{1},P1,X1,7.5,",
    )  # fmt: skip
    job = upload(contest, data, makes_judges=True)
    assert (job.state, job.error) == (JobState.DONE, "")
    assert upload(contest, rows(contest, "{2},P2,X1,,recused"), who="chief").state is JobState.DONE
    found = [(mark.judge, mark.entry, mark.aspect, mark.units, mark.state) for mark in marks(contest)]
    assert sorted(found, key=str) == sorted([
        ("X1", contest.codes[0], "P2", 30, "scored"),
        ("X2", contest.codes[0], "P2", 31, "scored"),
        ("X1", contest.codes[1], "P2", None, "not_performed"),
        ("", contest.codes[0], "T1", 95, "scored"),
        ("X1", contest.codes[1], "P1", 75, "scored"),
    ], key=str)  # fmt: skip
    with db.reading() as session:
        assert [line.member.code for line in members_of(session, contest.event)][-2:] == ["X1", "X2"]
        assert ("practice", "X1") in recusals_of(session, contest.event)[contest.codes[2]]


def test_a_file_with_errors_changes_nothing_and_comes_back_marked(contest):
    with db.transaction() as session:
        services.appoint_external(session, SYSTEM, contest.stage, "外请评委", code="X1")
    data = rows(
        contest, "{0},P2,X1,41,", "000,P2,X1,3,", "{0},P9,X1,3,", "{0},P2,J9,3,", "{0},P2,J1,3,", "{0},T1,,9.5,",
        "{0},T1,,9.5,", "{0},P1,X1,9.3,",
    )  # fmt: skip
    job = upload(contest, data)
    assert job.state is JobState.FAILED
    assert marks(contest) == []
    with db.reading() as session:
        assert session.exec(select(Operation)).all() == []
    sheet = openpyxl.load_workbook(io.BytesIO(job.output)).active
    told = {number: str([cell.value for cell in row]) for number, row in enumerate(sheet.iter_rows(), 1)}
    assert "没有这个代号" in told[5]
    assert "您不在这个阶段的裁判组" in told[6]  # J1 has a tablet: nobody types for them
    assert "第 7 行是同一位裁判" in told[8]
    for number, words in {2: "高于上限", 3: "名单里没有", 4: "没有这一项", 9: "不合分值间隔"}.items():
        assert words in told[number], told[number]


def test_the_same_file_again_changes_nothing_and_a_changed_one_needs_a_reason(contest):
    first = rows(contest, "{0},T1,,9.5,", "{1},T1,,9.0,")
    upload(contest, first)
    before = marks(contest)
    assert upload(contest, first).state is JobState.DONE
    assert marks(contest) == before
    changed = rows(contest, "{0},T1,,9.4,")
    assert upload(contest, changed, who="clerk").state is JobState.FAILED
    assert upload(contest, changed, who="clerk", reason="秒表核对").state is JobState.DONE
    assert Mark("practice", "1", contest.codes[0], "T1", 1, "", 94) in marks(contest)


def test_a_job_that_runs_twice_writes_once(contest):
    job = upload(contest, rows(contest, "{0},T1,,9.5,"))
    with db.transaction() as session:
        session.get_one(Job, (job.tenant_id, job.id)).state = JobState.WAITING
    run_pending()
    with db.reading() as session:
        assert len(session.exec(select(Operation)).all()) == 1


def test_who_may_not_type_may_not_import(contest):
    with pytest.raises(ForbiddenError):
        upload(contest, b"entry,aspect,value\n", who="anna")


def test_nothing_open_is_said_before_reading(contest):
    from tests.judging.test_locking import lock

    lock(contest, reason="测试")
    with pytest.raises(ConflictError):
        upload(contest, rows(contest, "{0},T1,,9.5,"))
