"""The verifier tells a recusal of two persons after a judge's marks from one of one person, of itself, or of old."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from sqlmodel import select

from contest import db
from contest.actors import Role
from contest.competitions.queries import stage_periods
from contest.entries.models import Entry
from contest.judging.models import PanelMember
from contest.judging.panel.recusing import ask_recusal, confirm_recusal
from contest.verifier.report import Report
from tests.acts.people import actor
from tests.publications.making import lock_all, make_contest, publish, score_all
from tests.verifier.drawn import Bodies, Files, of_kind, unpacked
from tests.verifier.test_own_key import code_of, honest, republished, verified

__all__ = ["honest"]
TWO = {"proposed_by": "a", "confirmed_by": "b"}


def recused(files: Files, when: str = "after", *, unmarked: bool = False, **more: Any) -> Callable[[Bodies], None]:
    """A row that takes J1's marks for 王 away, before or after them; `unmarked`: no row says that the rule holds."""
    row = {"stage": "practice", "judge": "J1", "entry": code_of(files, "王"), "state": "recused", "reason": "师徒"}

    def put(bodies: Bodies) -> None:
        marks = of_kind(bodies, "mark")
        body = marks[0] | {"kind": "recusal", "data": {"event": marks[0]["data"]["event"], **row, **more}}
        at = bodies.index(marks[0] if when == "before" else marks[-1])
        bodies.insert(at if when == "before" else at + 1, body)
        for said in of_kind(bodies, "formalities") if unmarked else ():
            said["data"].pop("recuses_in_pairs")

    return put


def report_of(files: Files, folder: Any, change: Callable[[Bodies], None]) -> Report:
    made, _ = republished(files, folder, rows=change)
    return verified(made, folder)


@pytest.mark.parametrize(
    ("more", "wrong", "untold"),
    [
        ({"automatic": 0}, ["recused"], []),
        ({}, ["recused"], []),
        ({"automatic": 0, "unmarked": True}, ["recused"], []),
        ({"unmarked": True}, [], ["recused"]),
        ({"automatic": 1}, [], ["recused"]),
        ({"automatic": 0, "when": "before"}, [], []),
        ({"automatic": 0} | TWO, [], []),
        ({"automatic": 0} | TWO | {"confirmed_by": "a"}, ["recused"], []),
        ({"automatic": 0} | TWO | {"reason": " "}, ["recused"], []),
    ],
    ids=["alone", "silent", "alone in an old event", "old", "itself", "in time", "two", "the same", "no reason"],
)
def test_who_took_marks_out(honest, tmp_path, more, wrong, untold):
    usual = verified(honest, tmp_path).unchecked
    report = report_of(honest, tmp_path, recused(honest, **more))
    assert report.codes == wrong
    assert sorted(report.unchecked) == sorted([*usual, *untold])


def test_what_stands_already_is_not_taken_out_again(honest, tmp_path):
    def twice(bodies: Bodies) -> None:
        recused(honest, automatic=0)(bodies)
        recused(honest, automatic=0, **TWO)(bodies)  # put in before the other

    assert report_of(honest, tmp_path, twice).codes == []


def test_what_was_lifted_needs_two_again(honest, tmp_path):
    def again(bodies: Bodies) -> None:
        recused(honest, automatic=0)(bodies)
        recused(honest, state="lifted", **TWO)(bodies)
        recused(honest, automatic=0, **TWO)(bodies)

    assert report_of(honest, tmp_path, again).codes == ["recused"]


@pytest.mark.parametrize(("by", "wrong"), [("J1", []), ("C1", ["recused"]), ("K1", ["recused"])])
def test_whoever_takes_marks_back_does_not_recuse_too(honest, tmp_path, by, wrong):
    """In two steps one person would do what takes two."""

    def both(bodies: Bodies) -> None:
        recused(honest, automatic=0)(bodies)
        row = of_kind(bodies, "recusal")[0]
        for mark in of_kind(bodies, "mark", entry=code_of(honest, "王"), judge="J1"):
            back = {"state": "missing", "units": None, "by": by, "reason": "打错了"}
            bodies.insert(bodies.index(row), mark | {"data": mark["data"] | back})

    assert report_of(honest, tmp_path, both).codes == wrong


@pytest.mark.parametrize(("persons", "wrong"), [(TWO, []), ({}, ["recused"])], ids=["two", "one"])
def test_no_marks_come_back_by_one_person(honest, tmp_path, persons, wrong):
    """Recused in time, marked all the same (which counts for nothing), then lifted: the marks would count."""

    def back(bodies: Bodies) -> None:
        recused(honest, state="lifted", **persons)(bodies)
        recused(honest, "before", automatic=0)(bodies)

    assert report_of(honest, tmp_path, back).codes == wrong


def test_the_platforms_own_row_is_verified(sqlite, tmp_path):
    made = make_contest()
    score_all(made)
    with db.transaction() as session:
        event = made.fresh(session)
        stage = next(stage for stage, _ in stage_periods(session, event) if stage.key == "practice")
        here = (PanelMember.stage_id == stage.id, PanelMember.code == "J1")
        member = session.exec(select(PanelMember).where(*here)).one()
        entry = session.exec(select(Entry).where(Entry.code == made.codes[0])).one()
        act = ask_recusal(session, actor(event, Role.ORGANIZER), event, member, entry, "师徒")
        confirm_recusal(session, actor(event, Role.SUPERVISOR), event, act.id, "2")
    lock_all(made)
    files = unpacked(publish(made).bundle)
    report = verified(files, tmp_path)
    assert report.is_good, report.text()
    assert "裁判评过分以后登记的回避都由两个人办理：1 次" in report.text()
    rows = [json.loads(json.loads(line)["body"]) for line in files["ledger.jsonl"].splitlines()]
    assert [row["data"]["automatic"] for row in rows if row["kind"] == "recusal"] == [0]
