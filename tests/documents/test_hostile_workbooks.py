"""Each hostile workbook gets a clear refusal, never a crash, in bounded memory."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from contest.documents.sandbox import Worker, WorkerFailed
from contest.documents.tables import READ_LIMITS, READ_SECONDS, READER
from contest.documents.workbook import Column, Sheet, WorkbookRefused, error_workbook, parse_sheet, read_grid
from tests.documents.hostile import cases

CASES = cases()
SHEET = Sheet("名单", [Column(key="name", title_zh="姓名"), Column(key="staff", title_zh="工号")])


def test_the_corpus_has_fifty_files() -> None:
    assert len(CASES) >= 50


@pytest.mark.parametrize(("code", "build"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_a_hostile_workbook_is_refused_by_name(code: str, build: Callable[[], bytes]) -> None:
    data = build()
    started = time.monotonic()
    if not code:
        assert read_grid(data)[:2] == [["姓名", "工号"], ["张三", "007"]]
    else:
        with pytest.raises(WorkbookRefused) as refusal:
            read_grid(data)
        assert refusal.value.code == code
        assert "%(" not in refusal.value.words()
    assert time.monotonic() - started < 15


@pytest.mark.parametrize("name", ["100 MiB sheet", "external entity in a sheet", "cut in half", "macros"])
def test_the_error_workbook_guards_its_input_too(name: str) -> None:
    data = next(build for title, _, build in CASES if title == name)()
    with pytest.raises(WorkbookRefused):
        error_workbook(SHEET, data, [])


def test_a_wrong_dimension_tag_hides_no_row() -> None:
    data = next(build for title, _, build in CASES if title == "dimension tag too small")()
    assert parse_sheet(SHEET, data).row_count == 1


@pytest.mark.parametrize(
    "name", ["100 MiB shared strings", "300,000 rows", "300,000 rows without addresses", "20,000 parts"]
)
def test_refusing_takes_less_than_half_a_gibibyte(name: str) -> None:
    data = next(build for title, _, build in CASES if title == name)()
    with Worker(READ_LIMITS) as worker:
        with pytest.raises(WorkerFailed):
            worker.ask(READER, {}, [data], seconds=READ_SECONDS)
        status = Path(f"/proc/{worker.pid}/status").read_text(encoding="ascii")
    peak = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM"))
    assert peak < 512 * 1024, "KiB"
