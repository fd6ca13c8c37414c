"""Who is already there: the rows of a sheet against each other and against the event. Pure.

Two rows mean the same entry when their numbers are the same, or unit and worker number, or name and unit without
worker numbers that tell them apart. A row that says exactly what the event already has is left out, so that the
same sheet read twice changes nothing; a row that contradicts it is an error, named with its opponent.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from contest.documents.columns import folded
from contest.entries.inputs import EntryInput
from contest.organizations.queries import normalised_name


@dataclass(frozen=True, slots=True)
class Known:
    """An entry that a row may collide with: where it is (row of the file, 0 for the event) and what it says."""

    row: int
    number: str
    name: str
    unit: str
    worker_number: str

    @classmethod
    def of(cls, row: int, entry: EntryInput) -> Known:
        return cls(row, entry.number, entry.name, entry.unit, entry.worker_number)


@dataclass(frozen=True, slots=True)
class Clash:
    """What a row collides with, and by which columns; `is_same` when it says nothing else than that."""

    with_: Known
    column: str
    is_same: bool


@dataclass(slots=True)
class Register:
    """All entries seen so far, by what identifies them."""

    _by_number: dict[str, Known] = field(default_factory=dict)
    _by_worker: dict[tuple[str, str], Known] = field(default_factory=dict)
    _by_name: dict[tuple[str, str], list[Known]] = field(default_factory=dict)

    def add(self, known: Known) -> None:
        """Notes an entry; the first of equal ones is the one that later rows are told of."""
        if known.number:
            self._by_number.setdefault(folded(known.number), known)
        unit = normalised_name(known.unit)
        if known.worker_number:
            self._by_worker.setdefault((unit, folded(known.worker_number)), known)
        self._by_name.setdefault((folded(known.name), unit), []).append(known)

    def find(self, row: Known) -> Clash | None:
        """The first entry that `row` collides with, None when it is new."""
        unit = normalised_name(row.unit)
        if row.number and (found := self._by_number.get(folded(row.number))):
            return Clash(found, "number", is_same=_is_same(row, found))
        if row.worker_number and (found := self._by_worker.get((unit, folded(row.worker_number)))):
            return Clash(found, "worker_number", is_same=_is_same(row, found))
        for found in self._by_name.get((folded(row.name), unit), ()):
            if not (row.worker_number and found.worker_number):  # two different worker numbers are two people
                return Clash(found, "name", is_same=_is_same(row, found))
        return None


def _is_same(row: Known, found: Known) -> bool:
    """The row adds nothing: same name and unit, and no number or worker number of its own that differs."""
    return (
        folded(row.name) == folded(found.name)
        and normalised_name(row.unit) == normalised_name(found.unit)
        and folded(row.number) in {"", folded(found.number)}
        and folded(row.worker_number) in {"", folded(found.worker_number)}
    )
