"""Rearranges foreign tables into the marks-file format: columns move to rows, nothing is computed."""

import csv
from pathlib import Path

import pytest

SHARED = Path(__file__).resolve().parents[2].parent / "shared" / "data"
COLUMNS = ("event", "stage", "entry", "aspect", "repetition", "judge", "value", "factor", "name", "unit")


def table(path):
    """Rows of a CSV below ../shared/data; skips the test, saying so, where it is absent."""
    source = SHARED / path
    if not source.exists():
        pytest.skip(f"../shared/data/{path} is not here")
    with source.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def melt(rows, columns, fixed):
    """One marks row per row and value column: `columns` maps a source column to the judge it stands for;
    `fixed` maps a marks column to a source column, or to a function of the row. An absent judge has no row.
    """
    for row in rows:
        common = {key: take(row) if callable(take) else row[take] for key, take in fixed.items()}
        for column, judge in columns.items():
            if row[column]:
                yield common | {"judge": judge, "value": row[column]}


def write(path, rows):
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, restval="")
        writer.writeheader()
        writer.writerows(rows)
    return path
