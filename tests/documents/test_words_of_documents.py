"""Every code that is raised has words, in both languages, with the same placeholders."""

import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from contest.documents import cell_errors, refusals, template
from contest.documents.cell_errors import CellError
from contest.documents.workbook import WorkbookRefused
from contest.errors import InvalidError
from contest.i18n import catalog, error_text, use_language

SOURCES = sorted((Path(__file__).parents[2] / "contest" / "documents").rglob("*.py"))
RAISED = re.compile(r'(?:Trouble|PdfFailed|WorkerFailed)\(\s*"(\w+)"')
BAD_CELLS = re.compile(r'BadCell\(\s*"(\w+)"')
HOLES = re.compile(r"%\((\w+)\)s")
TABLES = (refusals.REFUSALS, cell_errors.CELL_MESSAGES, cell_errors.NOTICE_MESSAGES, template.KIND_WORDS)


def codes(pattern: re.Pattern[str]) -> set[str]:
    return {code for source in SOURCES for code in pattern.findall(source.read_text(encoding="utf-8"))}


def test_every_code_that_is_raised_has_words() -> None:
    assert len(codes(RAISED)) > 15
    assert codes(RAISED) - set(refusals.REFUSALS) == set()
    assert codes(BAD_CELLS) - set(cell_errors.CELL_MESSAGES) == set()


@pytest.mark.parametrize("table", TABLES)
def test_every_sentence_has_an_english_one_with_the_same_placeholders(table: Mapping[str, str]) -> None:
    for message in table.values():
        assert sorted(HOLES.findall(catalog()[message])) == sorted(HOLES.findall(message))


def test_a_refusal_is_a_domain_error_that_pages_can_show_in_both_languages() -> None:
    refusal = WorkbookRefused("too_large", {"size": 21, "limit": 20})
    assert isinstance(refusal, InvalidError)
    assert error_text(refusal).startswith("文件有 21 MB，超过了 20 MB。")
    use_language("en")
    try:
        assert error_text(refusal).startswith("The file has 21 MB; the limit is 20 MB.")
    finally:
        use_language("zh-CN")


def test_an_unknown_code_and_an_absent_parameter_still_read() -> None:
    assert WorkbookRefused("never heard of").words().startswith("无法读取这个文件")
    assert CellError(3, "a", "too_long").words() == "第 3 行“%(title)s”有 %(length)s 个字，最多 %(limit)s 个字。"
