"""The workbook machinery under one roof: what features import."""

from contest.documents.cell_errors import CellError, Notice
from contest.documents.cells import Cell, Row
from contest.documents.columns import Column, Sheet
from contest.documents.error_workbook import error_workbook
from contest.documents.export import export_csv, export_rows, export_sheets
from contest.documents.parsing import Parsed, ParsedRow, parse_sheet, read_rows
from contest.documents.refusals import WorkbookRefused
from contest.documents.styles import Formula
from contest.documents.tables import Table, read_grid, read_table, sheet_names
from contest.documents.template import build_template

__all__ = [
    "Cell",
    "CellError",
    "Column",
    "Formula",
    "Notice",
    "Parsed",
    "ParsedRow",
    "Row",
    "Sheet",
    "Table",
    "WorkbookRefused",
    "build_template",
    "error_workbook",
    "export_csv",
    "export_rows",
    "export_sheets",
    "parse_sheet",
    "read_grid",
    "read_rows",
    "read_table",
    "sheet_names",
]
