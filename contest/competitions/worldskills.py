"""The WorldSkills marking scheme workbook (Competition Information System import) as a rubric, read as it is.

Its one sheet holds, from the top: the skill's name, the sections of the occupational standard with their marks, the
criteria A-I with their marks, then one block per criterion whose rows are sub-criteria, aspects (M or J), the four
levels of a judgement, or a heading over the aspects that follow.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from contest.competitions.parts import Document, copied
from contest.competitions.rubric_reading import RubricUpload
from contest.competitions.starting_points import starting_document
from contest.core.marks import parse_decimal
from contest.documents.workbook import CellError, read_grid
from contest.i18n import N_, gettext

SUB, NAME, DAY, TYPE, TEXT, LEVEL, EXTRA, REQUIREMENT, SECTION, CALCULATION, MARK, BLOCK = range(12)
"""Columns of a block, from 0."""

NO_ASPECTS = N_("没有找到评分点：“Aspect Type”一列里没有 M 或 J。")
BAD_MARK = N_("第 %(row)s 行“Max Mark”是“%(value)s”，应是大于 0 的数，例如 0.5。")
BAD_TYPE = N_("第 %(row)s 行“Aspect Type”是“%(value)s”，只能是 M（测量）或 J（评价）。")
NO_SUB = N_("第 %(row)s 行的评分点前面没有子项（Sub Criterion ID）。")
STRAY_LEVEL = N_("第 %(row)s 行是等级说明，但前面没有评价（J）评分点。")
_KINDS = {"M": "measured", "J": "judgement"}

Row = Sequence[str]


@dataclass
class _Scheme:
    """What has been read so far."""

    title: str = ""
    sections: list[Document] = field(default_factory=list)
    criteria: dict[str, Document] = field(default_factory=dict)
    errors: list[CellError] = field(default_factory=list)
    criterion: Document | None = None
    sub: Document | None = None
    judgement: Document | None = None
    heading: str = ""
    counts: dict[str, int] = field(default_factory=lambda: {"M": 0, "J": 0})
    calculations: int = 0

    def error(self, row: int, message: str, **params: object) -> None:
        self.errors.append(CellError(row, "", "worldskills", params, message))


def is_block_header(row: Row) -> bool:
    """The header that opens a criterion's block: `Sub Criterion ID` first, its criterion in the twelfth cell."""
    return bool(row) and "".join(row[0].split()).casefold() in {"subcriterionid", "sub-criterionid"}


def marking_scheme_grid(data: bytes, filename: str) -> list[list[str]] | None:
    """The grid of a CIS workbook, None for any other readable file. Raises WorkbookRefused."""
    if filename.lower().endswith((".csv", ".txt")):
        return None
    grid = read_grid(data, 0, filename=filename)
    return grid if any(is_block_header(row) for row in grid) else None


def read_marking_scheme(document: Document, stage_id: str, grid: list[list[str]]) -> RubricUpload:
    """The document with the scheme as the rubric of the stage (the first one when `stage_id` is empty)."""
    scheme = _Scheme()
    blocks = next(number for number, row in enumerate(grid) if is_block_header(row))
    _read_head(scheme, grid[:blocks])
    for number, row in enumerate(grid[blocks:], blocks + 1):
        _read_row(scheme, number, [*row, *[""] * 14])
    if not sum(scheme.counts.values()):
        scheme.error(blocks + 1, NO_ASPECTS)
    rubric = [criterion for criterion in scheme.criteria.values() if criterion["children"]]
    new = _placed(document, stage_id, rubric, scheme)
    return RubricUpload(new, tuple(scheme.errors), tuple(_notices(scheme, rubric)), len(grid), errors_in_sheet=False)


def _read_head(scheme: _Scheme, rows: Sequence[Row]) -> None:
    """The two tables above the blocks; their columns are found by their titles."""
    scheme.title = next((row[0] for row in rows if row and row[0]), "")
    titles: list[str] = []
    for row in rows:
        first = row[0].strip() if row else ""
        if first in {"Section", "ID"}:
            titles = [cell.strip() for cell in row]
        elif not first:
            titles = []
        elif titles and titles[0] == "Section":
            scheme.sections.append(
                {"id": first, "title": _cell(row, 1), "declared": _column(row, titles, "Aspect Marks")}
            )
        elif titles:
            _criterion(scheme, first, _cell(row, 1), _column(row, titles, "Mark"))


def _criterion(scheme: _Scheme, name: str, title: str, declared: str | None) -> Document:
    made: Document = {"id": name, "title": title, "children": []}
    if declared is not None:
        made["declared_max"] = declared
    return scheme.criteria.setdefault(name, made)


def _cell(row: Row, position: int) -> str:
    return row[position].strip() if position < len(row) else ""


def _column(row: Row, titles: Sequence[str], title: str) -> str | None:
    """A number under a title; None where there is none."""
    if title not in titles:
        return None
    text = _cell(row, titles.index(title))
    return text if parse_decimal(text) is not None else None


def _read_row(scheme: _Scheme, number: int, row: Row) -> None:
    kind, text = row[TYPE].strip().upper(), row[TEXT].strip()
    if is_block_header(row):
        letter = row[BLOCK].replace("Criterion", "").strip()
        scheme.criterion = _criterion(scheme, letter, "", None)
        scheme.sub = scheme.judgement = None
    elif re.fullmatch(r"[A-Z]\d{1,2}", row[SUB].strip()):
        _open_sub(scheme, row)
    elif kind in _KINDS:
        _add_aspect(scheme, number, kind, row)
    elif kind:
        scheme.error(number, BAD_TYPE, value=row[TYPE])
    elif row[LEVEL].strip():
        _add_level(scheme, number, row)
    elif text:
        scheme.heading = text


def _open_sub(scheme: _Scheme, row: Row) -> None:
    name = row[SUB].strip()
    scheme.sub = {"id": name, "title": row[NAME].strip(), "children": []}
    if row[DAY].strip():
        scheme.sub["note"] = gettext(N_("第 %(day)s 天评分")) % {"day": row[DAY].strip()}
    scheme.judgement, scheme.heading = None, ""
    holder = scheme.criterion or _criterion(scheme, name[0], "", None)
    holder["children"].append(scheme.sub)


def _add_aspect(scheme: _Scheme, number: int, kind: str, row: Row) -> None:
    if scheme.sub is None:
        scheme.error(number, NO_SUB)
        return
    mark = parse_decimal(row[MARK])
    if mark is None or mark <= 0:
        scheme.error(number, BAD_MARK, value=row[MARK])
        return
    scheme.counts[kind] += 1
    scheme.calculations += bool(row[CALCULATION].strip())
    earlier = sum(1 for child in scheme.sub["children"] if child["kind"] == _KINDS[kind])
    notes = (scheme.heading, row[EXTRA].strip(), row[REQUIREMENT].strip())
    aspect: Document = {
        "id": f"{scheme.sub['id']}.{kind}{earlier + 1}", "title": row[TEXT].strip(), "kind": _KINDS[kind],
        "max": row[MARK].strip(), "standard_section": row[SECTION].strip(),
        "note": "\n".join(note for note in notes if note),
    }  # fmt: skip
    if kind == "M":
        aspect["decimals"] = 2
    scheme.judgement = aspect if kind == "J" else None
    scheme.sub["children"].append(aspect)


def _add_level(scheme: _Scheme, number: int, row: Row) -> None:
    if scheme.judgement is None:
        scheme.error(number, STRAY_LEVEL)
        return
    if row[EXTRA].strip():  # a level number without a description says nothing
        scheme.judgement.setdefault("levels", []).append([row[LEVEL].strip(), row[EXTRA].strip()])


def _placed(document: Document, stage_id: str, rubric: list[Document], scheme: _Scheme) -> Document:
    new = copied(document)
    if not new.get("stages"):
        new = (starting_document("worldskills", "") or {}) | new | {"ties": []}
        new["stages"] = (starting_document("worldskills", "") or {})["stages"]
    if not new.get("title"):
        new["title"] = scheme.title
    stages = new["stages"]
    stage = next((item for item in stages if item.get("id") == stage_id), stages[0])
    stage["rubric"] = rubric
    stage["sections"] = [{key: value for key, value in one.items() if value is not None} for one in scheme.sections]
    return new


def _notices(scheme: _Scheme, rubric: list[Document]) -> Iterator[str]:
    subs = sum(len(criterion["children"]) for criterion in rubric)
    read = N_("读入 %(criteria)s 个评分项、%(subs)s 个子项、%(all)s 个评分点：测量 %(m)s 个，评价 %(j)s 个。")
    yield gettext(read) % {
        "criteria": len(rubric), "subs": subs, "all": sum(scheme.counts.values()),
        "m": scheme.counts["M"], "j": scheme.counts["J"],
    }  # fmt: skip
    if scheme.calculations:
        yield gettext(N_("%(n)s 个评分点带有计算公式，公式没有读入，请裁判按说明给分。")) % {"n": scheme.calculations}
