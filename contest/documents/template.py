"""The downloadable template of a declared sheet: made to be hard to fill in wrongly, in Excel and in WPS."""

import io
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from openpyxl import Workbook
from openpyxl.worksheet.datavalidation import DataValidation

from contest.documents.columns import INSTRUCTION_SHEET, Column, Sheet, column_letter
from contest.documents.refusals import Translate, fill
from contest.documents.styles import (
    BODY_FONT,
    DATE_FORMAT,
    GREY_FONT,
    HEADER_ALIGNMENT,
    HEADER_BORDER,
    HEADER_FILL,
    HEADER_FONT,
    REQUIRED_FONT,
    TEXT_FORMAT,
    WRAPPED,
    put,
)
from contest.i18n import N_

CHOICE_SHEET = "选项"
LAST_ROW = 20_000
"""Rows that carry validation: more than the largest import asked for (16,000)."""
KIND_WORDS = {
    "text": N_("文字"),
    "integer": N_("整数"),
    "decimal": N_("数字"),
    "date": N_("日期，如 1990-02-28"),
    "choice": N_("从下拉列表选择"),
}
RANGE_WORDS = N_("应在 %(minimum)s–%(maximum)s 之间")


def build_template(
    sheet: Sheet, translate: Translate = str, *, language: str = "zh", rows: Iterable[Mapping[str, object]] = ()
) -> bytes:
    """Return an .xlsx with the data sheet (empty, or holding ``rows``: records by column key), 填写说明 with a
    greyed example, and a hidden sheet of choices.
    """
    book = Workbook()
    data = book.active
    assert data is not None
    data.title = sheet.title
    _write_header(data, sheet, language)
    _write_rows(data, sheet, rows)
    _write_instructions(book.create_sheet(translate(INSTRUCTION_SHEET)), sheet, translate, language)
    _add_validations(book, data, sheet, translate)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def style_header(cell: Any, *, required: bool = False) -> None:
    """Give a header cell the look of all our headers."""
    cell.font = REQUIRED_FONT if required else HEADER_FONT
    cell.fill, cell.alignment, cell.border = HEADER_FILL, HEADER_ALIGNMENT, HEADER_BORDER


def _write_header(data: Any, sheet: Sheet, language: str) -> None:
    for position, column in enumerate(sheet.columns):
        letter = column_letter(position)
        title = column.title(language) + ("*" if column.required else "")
        style_header(put(data.cell(1, position + 1), title), required=column.required)
        dimension = data.column_dimensions[letter]
        dimension.width = column.width
        dimension.number_format = {"text": TEXT_FORMAT, "choice": TEXT_FORMAT, "date": DATE_FORMAT}.get(
            column.kind, "General"
        )
    data.row_dimensions[1].height = 30
    data.freeze_panes = "A2"


def _write_rows(data: Any, sheet: Sheet, rows: Iterable[Mapping[str, object]]) -> None:
    for number, record in enumerate(rows, 2):
        for position, column in enumerate(sheet.columns, 1):
            value = record.get(column.key)
            if value is None:
                continue
            cell = data.cell(number, position)
            put(cell, column.choice_label(value) if column.kind == "choice" and isinstance(value, str) else value)
            if column.kind in {"text", "choice"}:
                cell.number_format = TEXT_FORMAT


def _write_instructions(page: Any, sheet: Sheet, translate: Translate, language: str) -> None:
    lines = [translate(line) for line in sheet.instructions]
    lines.append(translate(N_("带 * 的列必填。请不要改动表头；列的顺序可以变，多余的列不会读取。")))
    lines.append(translate(N_("号码类的列已设为文本格式，18 位号码和开头的 0 都会保留。")))
    for line in lines:
        page.append([line])
        page.cell(page.max_row, 1).font = BODY_FONT
    page.append([])
    _write_table(page, sheet, translate, language)
    for letter, width in zip("ABCDE", (24, 8, 22, 48, 28), strict=True):
        page.column_dimensions[letter].width = width


def _write_table(page: Any, sheet: Sheet, translate: Translate, language: str) -> None:
    """One line a column: title, required, kind, hint, and the example in grey, so that nobody imports it."""
    start = page.max_row + 1
    for position, title in enumerate((N_("列"), N_("必填"), N_("格式"), N_("说明"), N_("示例")), 1):
        style_header(put(page.cell(start, position), translate(title)))
    for row, column in enumerate(sheet.columns, start + 1):
        required = translate(N_("是")) if column.required else ""
        words = (
            column.title(language),
            required,
            translate(KIND_WORDS[column.kind]),
            _hint(column, translate),
            column.example,
        )
        for position, text in enumerate(words, 1):
            cell = put(page.cell(row, position), text)
            cell.font, cell.alignment = BODY_FONT, WRAPPED
        page.cell(row, len(words)).font = GREY_FONT


def _hint(column: Column, translate: Translate) -> str:
    parts = [translate(column.hint)] if column.hint else []
    if column.minimum is not None and column.maximum is not None:
        parts.append(fill(RANGE_WORDS, {"minimum": column.minimum, "maximum": column.maximum}, translate))
    if column.choices:
        parts.append("、".join(label for _, label in column.choices))
    return "；".join(parts)


def _add_validations(book: Any, data: Any, sheet: Sheet, translate: Translate) -> None:
    """Lists stand in a hidden sheet: inside the rule itself they may have 255 characters and no comma."""
    choices = None
    for position, column in enumerate(sheet.columns):
        source = ""
        if column.choices:
            choices = choices or book.create_sheet(CHOICE_SHEET)
            choices.sheet_state = "hidden"
            source = _list_range(choices, position, column)
        for rule in _rules(column, source):
            rule.promptTitle, rule.prompt = column.title_zh[:32], _hint(column, translate)[:250] or None
            rule.showInputMessage, rule.showErrorMessage = bool(rule.prompt), True
            data.add_data_validation(rule)
            letter = column_letter(position)
            rule.add(f"{letter}2:{letter}{LAST_ROW}")


def _list_range(choices: Any, position: int, column: Column) -> str:
    for row, (_, label) in enumerate(column.choices, 1):
        put(choices.cell(row, position + 1), label)
    letter = column_letter(position)
    return f"{CHOICE_SHEET}!${letter}$1:${letter}${len(column.choices)}"


def _rules(column: Column, source: str) -> Iterator[DataValidation]:
    if column.kind == "choice":
        yield DataValidation(type="list", formula1=source, allow_blank=True)
    elif column.kind == "text":
        yield DataValidation(
            type="textLength", operator="lessThanOrEqual", formula1=str(column.max_length), allow_blank=True
        )
    elif column.minimum is not None and column.maximum is not None:
        low, high = str(column.minimum), str(column.maximum)
        yield DataValidation(
            type="whole" if column.kind == "integer" else "decimal",
            operator="between",
            formula1=low,
            formula2=high,
            allow_blank=True,
        )
