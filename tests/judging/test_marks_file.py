"""What a marks file brings beside marks: factors, values of the tie chain, judges; and every row that is refused."""

from __future__ import annotations

import copy
import io
from typing import Any

import openpyxl
import pytest
from sqlmodel import select

from contest import db
from contest.actors import SYSTEM
from contest.competitions.services import open_period
from contest.entries.detail import facts_in
from contest.entries.queries import entries_of, factors_of
from contest.jobs.models import Job, JobState
from contest.judging import services
from contest.judging.marks.importing import BY_CODE
from contest.judging.models import MarkRow, Operation
from contest.judging.queries import marks_of, members_of, recusals_of
from contest.ledger import kinds
from contest.ledger.queries import rows as ledger_rows
from tests.judging.knock_out import HEATS, build_rounds
from tests.judging.scenery import RULES, Contest, build_contest
from tests.judging.test_typing import upload

HEADER = "event,stage,period,entry,aspect,repetition,judge,value,state,factor,name"


def rules_with_factor() -> dict[str, Any]:
    """P2 has an own factor of the entry and two repetitions; equal totals are decided by the time taken."""
    rules = copy.deepcopy(RULES)
    aspect = rules["stages"][0]["rubric"][0]["children"][1]
    aspect |= {"repetitions": 2, "repetitions_vary": True, "factor": {"source": "entry"}}
    rules["ties"] = [{"by": "measure", "ref": "minutes", "direction": "asc"}]
    return rules


@pytest.fixture
def dive(sqlite) -> Contest:
    return build_contest(rules_with_factor())


def bring(contest: Contest, *lines: str, **options: Any) -> Job:
    text = "\n".join([HEADER, *(line.format(*contest.codes) for line in lines)])
    return upload(contest, text.encode(), **{"makes_judges": True} | options)


def facts(contest: Contest) -> tuple[set[tuple[str, str, int, str]], dict[str, dict[str, str]]]:
    """Factors, and the tie measures by code."""
    with db.reading() as session:
        factors = {(e.code or "", f.aspect, f.repetition, f.value) for e, f in factors_of(session, contest.event)}
        entries = entries_of(session, contest.event)
        return factors, {e.code or "": {k: str(v) for k, v in facts_in(e.detail).measures.items()} for e in entries}


def test_factors_and_tie_values_come_with_the_marks(dive):
    job = bring(
        dive, "电工,,,{0},P2,1,X1,30,,2.50,王一", "电工,,,{0},P2,1,X2,31,,2.5,王一", "电工,,,{0},P2,2,X1,,missing,3,",
        "电工,,,{1},P2,,X1,20,,,", "电工,,,{0},minutes,,,１６５.5,,,", "电工,,,{0},T1,,,9.5,,,",
    )  # fmt: skip
    assert (job.state, job.error) == (JobState.DONE, "")
    factors, measures = facts(dive)
    assert factors == {(dive.codes[0], "P2", 1, "2.5"), (dive.codes[0], "P2", 2, "3")}
    assert measures == {dive.codes[0]: {"minutes": "165.5"}, dive.codes[1]: {}, dive.codes[2]: {}}
    with db.reading() as session:
        assert len(marks_of(session, dive.event)) == 4
        kept = [row.body for row in ledger_rows(session, dive.competition) if row.kind == kinds.MEASURE]
    assert len(kept) == 1
    assert "165.5" in kept[0]


def test_the_same_file_again_changes_no_fact(dive):
    lines = ("电工,,,{0},P2,1,X1,30,,2.5,", "电工,,,{0},minutes,,,165,,,")
    for _ in range(2):
        assert bring(dive, *lines).state is JobState.DONE
    with db.reading() as session:
        found = [row.kind for row in ledger_rows(session, dive.competition)]
    assert (found.count(kinds.MEASURE), found.count(kinds.FACTOR), found.count(kinds.MARK)) == (1, 1, 1)


REFUSED = [
    ("电工,,,{0},P2,1,X1,30,,2,", "系数与第 2 行不同"),
    ("电工,,,{0},P2,2,X1,30,,0,", "系数应大于 0"),
    ("电工,,,{0},P1,1,X1,9.5,,2.5,", "没有给“P1”规定"),
    ("电工,,,{0},P2,3,X1,30,,2.5,", "“P2”最多 2 轮"),
    ("电工,,,{0},minutes,,,soon,,,", "“minutes”是“soon”，不是数"),
    ("电工,,,{0},P1,1,X-1,9.5,,,", "不能作代号"),
    ("钳工,,,{0},P1,1,X1,9.5,,,", "项目与第 2 行不同"),
    ("电工,final,,{0},P1,1,X1,9.5,,,", "阶段或考评期“final”不存在"),
    ("电工,,9,{0},P1,1,X1,9.5,,,", "阶段或考评期“9”不存在"),
]


def test_one_wrong_row_and_nothing_is_written(dive):
    job = bring(dive, "电工,,,{0},P2,1,X1,30,,2.5,", *(line for line, _ in REFUSED))
    assert job.state is JobState.FAILED
    sheet = openpyxl.load_workbook(io.BytesIO(job.output)).active
    told = {number: str([cell.value for cell in row]) for number, row in enumerate(sheet.iter_rows(), 1)}
    for number, (_, words) in enumerate(REFUSED, 3):
        assert words in told[number], told[number]
    assert facts(dive) == (set(), {code: {} for code in dive.codes})
    with db.reading() as session:
        assert session.exec(select(Operation)).all() == []
        assert "X1" not in {line.member.code for line in members_of(session, dive.event)}


def test_who_types_brings_no_factor_tie_value_or_judge(dive):
    for line in ("电工,,,{0},P2,1,X1,30,,,", "电工,,,{0},minutes,,,165,,,"):
        job = bring(dive, line, who="clerk")
        assert job.state is JobState.FAILED
        assert "组织者" in job.error
    assert facts(dive)[1][dive.codes[0]] == {}


def test_a_file_is_one_hand_and_takes_no_marks_out(dive):
    dive.fill("bo", 1)
    job = bring(dive, "电工,,,{1},P2,1,J2,,recused,,", "电工,,,{0},T1,1,,9.5,,,", who="chief")
    assert job.state is JobState.FAILED
    assert f"J2 已经给 {dive.codes[1]} 评过分" in job.error
    with db.reading() as session:
        assert not session.exec(select(MarkRow).where(MarkRow.entry_code == dive.codes[0])).all(), "nothing was written"
    assert bring(dive, "电工,,,{0},P2,1,J2,,recused,,", who="chief").state is JobState.DONE
    assert bring(dive, "电工,,,{0},P2,1,J2,,recused,,").state is JobState.DONE, "what stands already stays"


def test_an_organizer_recuses_by_no_file_while_codes_are_sealed(dive):
    """The panel's page shows the organizer recusals by name: a file by code would join the two."""
    before = kept(dive)
    job = bring(dive, "电工,,,{0},P2,1,J2,,recused,,", "电工,,,{0},P2,1,X1,30,,2.5,")
    assert (job.state, job.error) == (JobState.FAILED, BY_CODE)
    assert facts(dive)[0] == set(), "nothing of the file was written"
    assert kept(dive) == before


def kept(contest) -> set[tuple[str, str]]:
    """(judge, code) of the recusals that are written down."""
    with db.reading() as session:
        found = recusals_of(session, contest.event)
    return {(judge, code) for code, pairs in found.items() for _, judge in pairs}


def test_who_types_recuses_nobody_by_a_file(dive):
    before = kept(dive)
    job = bring(dive, "电工,,,{0},P2,1,J2,,recused,,", who="clerk")
    assert job.state is JobState.FAILED
    assert "登记回避" in job.error
    assert kept(dive) == before
    assert bring(dive, "电工,,,{0},P2,1,J2,,recused,,", who="chief").state is JobState.DONE
    assert kept(dive) == before | {("J2", dive.codes[0])}


def test_a_file_recuses_nobody_in_a_stage_that_is_locked(database):
    """For want of a mark there an entry has no rank and does not advance; one person's file must not change that."""
    rounds = build_rounds()
    with db.transaction() as session:
        services.appoint_external(session, SYSTEM, rounds.stages["heats"], "外请", code="X1")
    rounds.score("heats", dict(enumerate(HEATS)))
    rounds.do(services.lock_period, "heats", "外请的没有来")
    rounds.do(open_period, "final")
    job = upload(rounds, f"entry,stage,aspect,judge,state\n{rounds.codes[0]},heats,A,X1,recused".encode(), who="chief")
    assert job.state is JobState.FAILED
    assert "已有锁定的评分" in job.error
    assert kept(rounds) == set()
