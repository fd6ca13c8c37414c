"""The tree as a workbook."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from contest.documents.workbook import Column, export_rows
from contest.organizations.models import KIND_NAMES, Organization

COLUMNS = (
    Column(key="name", title_zh="名称", title_en="Name", width=40),
    Column(key="kind", title_zh="类别", title_en="Kind"),
    Column(key="parent", title_zh="上级", title_en="Parent", width=40),
    Column(key="name_en", title_zh="英文名称", title_en="English name", width=40),
)


def organizations_workbook(organizations: Sequence[Organization], *, language: str = "zh") -> bytes:
    """An .xlsx of these organizations in their order, each with its parent's name where that is among them."""
    return export_rows(COLUMNS, _records(organizations), title="组织", language=language)


def _records(organizations: Sequence[Organization]) -> Iterator[dict[str, object]]:
    names = {item.id: item.name for item in organizations}
    for item in organizations:
        yield {
            "name": item.name,
            "kind": KIND_NAMES[item.kind],
            "parent": names.get(item.parent_id or "", ""),
            "name_en": item.name_en,
        }
