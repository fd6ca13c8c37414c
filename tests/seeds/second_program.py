"""A second program: works out the demo's standings straight from the marks files, each in a few lines of its own.

It shares nothing with the product's core, neither code nor rule sets: the rules are written out by hand below.
`python tests/seeds/second_program.py` writes seeds/demo/*-expected.csv; the tests compare the product with those files.
"""

import csv
from collections import defaultdict
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

DEMO = Path(__file__).parent.parent.parent / "seeds" / "demo"


def half_up(value: Decimal) -> Decimal:
    return value.quantize(Decimal("0.01"), ROUND_HALF_UP)


def read(name: str) -> dict[tuple[str, str, str, str], list[Decimal]]:
    marks = defaultdict(list)
    with (DEMO / name).open() as file:
        for row in csv.DictReader(file):
            marks[row["stage"], row["period"], row["entry"], row["aspect"]].append(Decimal(row["value"]))
    return marks


def without_extremes(values: list[Decimal]) -> Decimal:
    kept = sorted(values)[1:-1]
    return half_up(sum(kept) / len(kept))


def ranked(rows: list[tuple]) -> list[list[str]]:
    """Rows (entry, total, *tie-breaks), higher first; full ties share a rank and the next ones are skipped."""
    rows = sorted(rows, key=lambda row: (tuple(-value for value in row[1:]), row[0]))
    out, rank = [], 0
    for place, row in enumerate(rows, start=1):
        if place == 1 or row[1:] != rows[place - 2][1:]:
            rank = place
        out.append([str(rank), row[0], str(row[1])])
    return out


def skills() -> list[list[str]]:
    """Theory 30 %, practice 70 %; practice = four aspects, of each the mean without one highest and one lowest."""
    marks = read("skills-marks.csv")
    rows = []
    for entry in sorted({key[2] for key in marks}):
        theory = marks["theory", "1", entry, "T1"][0]
        practice = sum(without_extremes(marks["practice", "1", entry, aspect]) for aspect in ("P1", "P2", "P3", "P4"))
        rows.append((entry, half_up(theory * 3 / 10 + practice * 7 / 10), practice, theory))
    return ranked(rows)


def craftsmen() -> list[list[str]]:
    """Experts 70 % (four aspects, without one highest and one lowest), votes 30 %."""
    marks = read("craftsmen-marks.csv")
    rows = []
    for entry in sorted({key[2] for key in marks}):
        votes = marks["votes", "1", entry, "V1"][0]
        aspects = [without_extremes(marks["expert", "1", entry, aspect]) for aspect in ("C1", "C2", "C3", "C4")]
        rows.append((entry, half_up(sum(aspects) * 7 / 10 + votes * 3 / 10), sum(aspects), aspects[0]))
    return ranked(rows)


def completion(rate: Decimal) -> Decimal:
    """25 marks at 100 %, in proportion from 70 % on, nothing below, at most a fifth more."""
    return Decimal(0) if rate < 70 else min(half_up(rate * 25 / 100), Decimal(30))


def projects() -> list[list[str]]:
    """Mean of the two locked months, each: converted progress + means of three assessors - findings."""
    marks = read("projects-marks.csv")
    rows = []
    for entry in sorted({key[2] for key in marks}):
        months, progress = [], Decimal(0)
        for month in ("2026-07", "2026-08"):
            total = completion(marks["year", month, entry, "B3"][0])
            progress += total
            for aspect in ("B1", "B2", "B4", "B5", "B6"):
                values = marks["year", month, entry, aspect]
                total += half_up(sum(values) / len(values))
            months.append(total - sum(marks["year", month, entry, "B7"], Decimal(0)))
        rows.append((entry, half_up(sum(months) / 2), progress / 2))
    return ranked(rows)


def main() -> None:
    for name, rows in (("skills", skills()), ("craftsmen", craftsmen()), ("projects", projects())):
        with (DEMO / f"{name}-expected.csv").open("w", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(["rank", "entry", "total"])
            writer.writerows(rows)


if __name__ == "__main__":
    main()
