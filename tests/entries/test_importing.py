"""A sheet of entries: dry run, preview, all or nothing, twice is once."""

import io
import json
import time

import pytest
from openpyxl import Workbook, load_workbook

from contest import db
from contest.actors import SYSTEM
from contest.competitions.models import EventState
from contest.documents.workbook import parse_sheet
from contest.entries import importing, queries, services
from contest.entries.inputs import EntryInput, split_members
from contest.entries.models import Entry, EntryKind
from contest.entries.planning import make_plan
from contest.entries.spreadsheets import SHEET, entry_template
from contest.errors import ConflictError
from contest.jobs import worker
from contest.jobs.models import Job, JobState
from tests.support import SHARED

HEADER = ["编号", "姓名/队名", "类别", "单位", "工号", "手机", "队员"]
URLS = {"next_url": "/next/JOB", "back_url": "/back"}


def book(*rows, header=HEADER) -> bytes:
    made = Workbook()
    sheet = made.active
    sheet.title = SHEET.title
    for row in (header, *rows):
        sheet.append(list(row))
    buffer = io.BytesIO()
    made.save(buffer)
    return buffer.getvalue()


def check(stage, data, filename="名单.xlsx", actor=None) -> Job:
    with db.transaction() as session:
        job = importing.start_check(
            session, actor or stage.organizer, stage.event, data, filename, language="zh-CN", **URLS
        )
    worker.run_pending()
    return job_now(job)


def job_now(job) -> Job:
    with db.reading() as session:
        return session.get_one(Job, (job.tenant_id, job.id))


def result(job) -> dict:
    return json.loads(job.result)


def commit(stage, checked, *, run=True) -> Job:
    with db.transaction() as session:
        job = importing.start_commit(session, stage.organizer, stage.event, job_now(checked), **URLS)
    if run:
        worker.run_pending()
    return job_now(job)


def entries(stage) -> list[Entry]:
    with db.reading() as session:
        return list(queries.entries_of(session, stage.event, with_withdrawn=True))


def test_a_sheet_is_checked_without_writing_then_committed_once(stage):
    data = book(
        (None, "张三", None, "钱江机械有限公司", "007512", "13800138000", None),
        ("B2", "一队", "参赛队", "海塘建设集团", None, None, "甲、乙；丙\n丁"),
    )
    checked = check(stage, data)
    assert checked.state is JobState.DONE
    assert checked.next_url == f"/next/{checked.id}"
    seen = result(checked)
    assert (seen["ok"], seen["rows"], seen["new"], seen["known"], seen["first_row"], seen["last_row"]) == (
        True, 2, 2, 0, 2, 3,
    )  # fmt: skip
    assert entries(stage) == []
    first = commit(stage, checked)
    assert (first.state, result(first)) == (JobState.DONE, {"added": 2})
    team, person = sorted(entries(stage), key=lambda entry: entry.number, reverse=True)
    assert (person.number, person.name, person.worker_number, person.phone) == ("001", "张三", "007512", "13800138000")
    assert person.organization_id == stage.world.plant.id
    assert team.kind is EntryKind.TEAM
    with db.reading() as session:
        assert queries.members_of(session, team.tenant_id, [team.id])[team.id] == ("甲", "乙", "丙", "丁")
    with pytest.raises(ConflictError):
        commit(stage, checked)


def test_a_commit_that_runs_twice_writes_once(stage):
    checked = check(stage, book((None, "张三", None, None, None, None, None)))
    job = commit(stage, checked)
    run = worker.JobRun(job.tenant_id, job.id, job.account_id, json.loads(job.payload), b"")
    importing.commit(run)
    assert len(entries(stage)) == 1


def test_a_commit_that_runs_again_after_somebody_renamed_an_entry_still_writes_nothing(stage):
    checked = check(stage, book((None, "张三", None, None, None, None, None)))
    job = commit(stage, checked)
    with db.transaction() as session:
        entry = session.get_one(Entry, (stage.event.tenant_id, queries.entries_of(session, stage.event)[0].id))
        services.update_entry(session, SYSTEM, entry, EntryInput("张叁"))
    importing.commit(worker.JobRun(job.tenant_id, job.id, job.account_id, json.loads(job.payload), b""))
    assert [entry.name for entry in entries(stage)] == ["张叁"]


def test_two_confirmations_before_either_ran_write_once(stage):
    checked = check(stage, book((None, "张三", None, None, None, None, None)))
    commit(stage, checked, run=False)
    commit(stage, checked)
    assert len(entries(stage)) == 1


def test_the_same_sheet_again_finds_everybody_there(stage):
    data = book(
        (None, "张三", None, "钱江机械有限公司", "007", None, None), (None, "李四", None, None, None, None, None)
    )
    commit(stage, check(stage, data))
    again = check(stage, data)
    assert (result(again)["new"], result(again)["known"], result(again)["ok"]) == (0, 2, True)
    assert result(again)["known_rows"][0] == {"row": 2, "name": "张三", "number": "001"}
    with pytest.raises(ConflictError):
        commit(stage, again)


def test_duplicates_are_named_in_the_file_and_against_the_event(stage):
    with db.transaction() as session:
        services.add_entry(
            session, SYSTEM, stage.event, EntryInput("张三", number="A1", unit="甲厂", worker_number="1")
        )
    data = book(
        ("A1", "李四", None, "乙厂", None, None, None),  # the event's A1 is 张三
        (None, "王五", None, "甲 厂", "１", None, None),  # the event's worker 1 of 甲厂 is 张三
        ("C1", "赵六", None, "丙厂", None, None, None),
        ("Ｃ1", "孙七", None, "丙厂", None, None, None),  # the file's C1
        (None, "赵六", None, "丙厂", None, None, None),  # the file's 赵六
        (None, "赵六", None, "丙厂", "5", None, None),  # one of them has no worker number: can't be told apart
        (None, "周八", None, "丙厂", "7", None, None),
        (None, "周八", None, "丙厂", "8", None, None),  # two people of one name, told apart by their numbers
        (None, "吴九", None, "丙厂", "8", None, None),  # the file's worker 8
    )
    seen = result(check(stage, data))
    assert not seen["ok"]
    words = {error["row"]: error["words"] for error in seen["errors"]}
    assert sorted(words) == [2, 3, 5, 6, 7, 10]
    assert "张三" in words[2]
    assert "A1" in words[2]
    assert "张三" in words[3]
    assert "第 4 行" in words[5]
    assert "第 4 行" in words[6]
    assert "周八" in words[10]
    assert seen["new"] == 3
    assert len(entries(stage)) == 1


def test_errors_come_back_in_the_same_workbook_red_and_in_words(stage):
    data = book(
        (None, "张三", None, None, None, None, None),
        (None, None, "机器人", None, 123456789012345678, "打听一下", None),
    )
    job = check(stage, data)
    seen = result(job)
    assert seen["bad_rows"] == 1
    text = " ".join(error["words"] for error in seen["errors"])
    assert "第 3 行“姓名/队名”没有填写" in text
    assert "超过 15 位" in text
    sheet = load_workbook(io.BytesIO(job.output))[SHEET.title]
    assert sheet.cell(1, 8).value == "错误说明"
    assert "没有填写" in sheet.cell(3, 8).value
    assert sheet.cell(3, 2).fill.fgColor.rgb == "FFFFC7CE"
    assert sheet.cell(2, 8).value is None
    with pytest.raises(ConflictError):
        commit(stage, job)


def test_a_bad_phone_is_named_with_its_row(stage):
    seen = result(check(stage, book((None, "张三", None, None, None, "打听一下", None))))
    assert seen["errors"] == [{"row": 2, "words": "第 2 行“手机”：“打听一下”不是电话号码，请填写例如 13800138000。"}]


def test_text_cells_keep_eighteen_digits_and_leading_zeros(stage):
    commit(stage, check(stage, book(("000012345678901234", "张三", None, None, "330481199001010018", None, None))))
    [entry] = entries(stage)
    assert (entry.number, entry.worker_number) == ("000012345678901234", "330481199001010018")


def test_units_that_match_nothing_or_several_are_told(stage):
    with db.transaction() as session:
        from contest.organizations.models import OrganizationKind
        from contest.organizations.services import add_organization

        for parent in (stage.world.plant, stage.world.works):
            add_organization(session, SYSTEM, parent, kind=OrganizationKind.TEAM, name="焊接班")
    people = (("张三", "焊接班"), ("李四", "火星分公司"), ("王五", "海塘建设集团/焊接班"))
    rows = [(None, name, None, unit, None, None, None) for name, unit in people]
    seen = result(check(stage, book(*rows)))
    assert seen["ambiguous"] == [{"unit": "焊接班", "rows": 1, "first_row": 2}]
    assert seen["unlinked"] == [{"unit": "火星分公司", "rows": 1, "first_row": 3}]


def test_somebody_added_in_between_is_seen_by_the_commit(stage):
    checked = check(stage, book(("A1", "张三", None, None, None, None, None)))
    with db.transaction() as session:
        services.add_entry(session, SYSTEM, stage.event, EntryInput("李四", number="A1"))
    job = commit(stage, checked)
    assert job.state is JobState.FAILED
    assert "A1" in job.error
    assert [entry.name for entry in entries(stage)] == ["李四"]


def test_somebody_added_while_the_plan_was_being_made_is_seen_under_the_lock(stage):
    data = book(("A1", "张三", None, None, None, None, None))
    checked = check(stage, data)
    job = commit(stage, checked, run=False)
    parsed = parse_sheet(SHEET, data)
    with db.reading() as session:
        plan = make_plan(session, stage.event, parsed)
    with db.transaction() as session:
        services.add_entry(session, SYSTEM, stage.event, EntryInput("李四", number="A1"))
    run = worker.JobRun(job.tenant_id, job.id, job.account_id, json.loads(job.payload), b"")
    with pytest.raises(ConflictError), db.transaction() as session:
        importing._commit(session, run, parsed, plan)
    assert [entry.name for entry in entries(stage)] == ["李四"]


def test_an_event_locked_in_between_takes_nothing(stage):
    checked = check(stage, book(("A1", "张三", None, None, None, None, None)))
    with db.transaction() as session:
        importing.start_commit(session, stage.organizer, stage.event, job_now(checked), **URLS)
    stage.become(EventState.LOCKED)
    worker.run_pending()
    assert entries(stage) == []


def test_late_entries_of_an_import_draw_their_codes(stage):
    with db.transaction() as session:
        services.add_entry(session, SYSTEM, stage.event, EntryInput("张三"))
    stage.adopt()
    with db.transaction() as session:
        services.assign_codes(session, SYSTEM, stage.event)
    commit(stage, check(stage, book((None, "李四", None, None, None, None, None))))
    assert all(entry.code for entry in entries(stage))


def test_a_title_above_the_header_and_other_titles_are_read(stage):
    data = book((), ("姓名", "工作单位", "血型"), ("张三", "海塘建设集团", "O"), header=("2026 年名单",))
    seen = result(check(stage, data))
    assert (seen["ok"], seen["new"], seen["first_row"]) == (True, 1, 4)
    assert any("血型" in text for text in seen["warnings"])


def test_a_csv_is_a_sheet_too(stage):
    data = "姓名,单位,工号\n张三,海塘建设集团,007\n".encode("gb18030")
    seen = result(check(stage, data, "名单.csv"))
    assert (seen["ok"], seen["new"]) == (True, 1)


def test_a_broken_workbook_fails_in_words(stage):
    job = check(stage, b"PK\x03\x04 nothing more")
    assert job.state is JobState.FAILED
    assert "损坏" in job.error


def test_the_empty_template_can_be_read_and_has_the_columns():
    parsed = parse_sheet(SHEET, entry_template("zh-CN"))
    assert [error.code for error in parsed.errors] == ["no_rows"]
    assert parse_sheet(SHEET, entry_template("en")).header_row == 1


def test_members_are_split_at_marks_not_at_blanks():
    assert split_members("甲、乙， John Smith ;丁\n\n戊") == ("甲", "乙", "John Smith", "丁", "戊")


@pytest.mark.skipif(not (SHARED / "data/zh_names_orgs").exists(), reason="../shared/data is absent")
def test_every_name_of_the_collection_goes_in_and_comes_out(stage):
    import csv
    import unicodedata

    rows = []
    for file, column in (("names_historic", "name"), ("team_names", "team_name")):
        with (SHARED / f"data/zh_names_orgs/{file}.csv").open(encoding="utf-8") as lines:
            rows += [row[column] for row in csv.DictReader(lines)]
    with (SHARED / "data/zh_names_orgs/chars_level3.csv").open(encoding="utf-8") as lines:
        rows += ["欧阳" + row["char"] for row in csv.DictReader(lines)]
    names = list(dict.fromkeys(row for row in rows if row.strip()))
    sheet = book(*((str(n), name.replace("\x00", ""), None, None, str(n), None, None) for n, name in enumerate(names)))
    job = check(stage, sheet)
    assert result(job)["errors"] == []
    commit(stage, job)
    found = {entry.number: entry.name for entry in entries(stage)}
    for n, name in enumerate(names):
        visible = "".join(" " if c == "\n" else c for c in name if unicodedata.category(c) != "Cc" or c == "\n")
        assert found[str(n)] == visible.replace("\ufeff", "").strip()


def test_sixteen_thousand_rows_in_one_go(stage):
    rows = ((None, f"选手{n}", None, f"单位{n % 700}", f"{n:018d}", None, None) for n in range(16_000))
    data = book(*rows)
    begun = time.monotonic()
    checked = check(stage, data)
    assert (checked.done, checked.total, result(checked)["new"]) == (16_000, 16_000, 16_000)
    between = time.monotonic()
    job = commit(stage, checked)
    print(f"check {between - begun:.1f} s, commit {time.monotonic() - between:.1f} s")
    assert (job.done, job.total, result(job)) == (16_000, 16_000, {"added": 16_000})
    found = entries(stage)
    assert (len(found), found[0].number, found[-1].number) == (16_000, "001", "16000")
    assert found[15_999].worker_number == f"{15_999:018d}"
