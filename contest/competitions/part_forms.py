"""The form of one part of a draft: what is there, what was typed, and what may be saved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from contest.competitions import parts
from contest.competitions.editing import Draft
from contest.competitions.fields import BOXES, KIND_WORDS, Box, part_from, values_of
from contest.competitions.outline import problems_in
from contest.competitions.parts import RULES, Document
from contest.competitions.problem_texts import fault_error, part_path, place_words
from contest.core.parsing_conversion import CONVERSIONS
from contest.core.problems import Problem
from contest.errors import InvalidError
from contest.i18n import N_, gettext

_WRONG = N_("有几项需要改正，已标在下面。")
_WITHOUT_ID = frozenset({"tie", "bound", "promotion"})
_DEFAULTS: Mapping[str, Document] = {
    "stage": {"rubric": []}, "criterion": {"children": []}, "aspect": {"kind": "judged", "max": "10", "decimals": 1},
    "award": {"by": "rank", "first": 1, "last": 3}, "tie": {"by": "criterion"},
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class PartForm:
    """The form of one part: `path` of an existing one, or (new) the list it is added to."""

    kind: str
    path: str
    list_path: str
    is_new: bool
    values: Mapping[str, str]
    old: Document
    place: str
    was: str = ""

    @property
    def boxes(self) -> tuple[Box, ...]:
        return BOXES[self.kind]

    @property
    def groups(self) -> list[tuple[str, list[Box]]]:
        """The boxes by group, the ungrouped first; of a conversion only the parameters of the chosen one."""
        found: dict[str, list[Box]] = {}
        for box in self.boxes:
            if self._is_offered(box.name):
                found.setdefault(box.group, []).append(box)
        return list(found.items())

    def _is_offered(self, name: str) -> bool:
        holder, _, key = name.rpartition(".")
        own = holder == "conversion" and key != "name"
        return not own or key in CONVERSIONS.get(self.values.get("conversion.name", ""), {})

    @property
    def word(self) -> str:
        return gettext(KIND_WORDS[self.kind])

    @property
    def stored(self) -> dict[str, str]:
        """The boxes whose stored value is not the one typed: shown when somebody else has saved meanwhile."""
        now = {} if self.is_new else values_of(self.kind, self.old)
        return {box.name: now[box.name] for box in self.boxes if now and now[box.name] != self.values.get(box.name, "")}

    def is_used(self, group: str) -> bool:
        """Whether a folded group has anything in it and should stand open."""
        return any(self.values.get(box.name) for box in self.boxes if box.group == group)


def part_form(draft: Draft, at: str, wanted: str = "", typed: Mapping[str, str] | None = None) -> PartForm:
    """The form of the part at a path, or of a new one in the list at it, with what is there or was typed.

    A form that was typed into says by `was` which part it was drawn from: if others have moved that part it is found
    again, and if they removed it what was typed becomes a new part of the same list. Nothing typed is lost.

    Raises:
        NotFoundError: the path names nothing of this document.
    """
    if typed and typed.get("was"):
        at = _found_again(draft.document, at, typed["was"])
    if parts.is_list_place(at):
        return _new_form(draft, at, wanted, typed)
    old = parts.find(draft.document, at)
    kind = parts.kind_at(at, old)
    place = place_words(draft.document, at)
    list_path = "" if at == RULES else parts.split(at)[0]
    return PartForm(kind, at, list_path, False, typed or values_of(kind, old), old, place, name_of(old))


def _new_form(draft: Draft, at: str, wanted: str, typed: Mapping[str, str] | None) -> PartForm:
    holder = at.rpartition(".")[0]
    around = parts.find(draft.document, holder)
    kind = parts.kind_in(at, wanted)
    old = dict(_DEFAULTS.get(kind, {}))
    if kind not in _WITHOUT_ID:
        old = {"id": parts.free_id(draft.document, at, kind), **old}
    place = place_words(draft.document, holder) if holder else ""
    return PartForm(kind, at, at, True, typed or values_of(kind, old), old, place, name_of(around) if holder else "")


def name_of(node: Mapping[str, Any]) -> str:
    """What a part is known by when its path no longer is: its id, or what a tie-break compares."""
    own = next((str(node[key]) for key in ("id", "category", "grants") if node.get(key)), "")
    return own or f"{node.get('by') or ''}/{node.get('ref') or ''}"


def _found_again(document: Document, at: str, was: str) -> str:
    """Where the part named `was` stands now; the list it stood in if it is gone."""
    if at == RULES:
        return at
    if parts.is_list_place(at):
        holder, _, name = at.rpartition(".")
        return f"{_found(document, holder, was) or holder}.{name}" if holder else name
    return _found(document, at, was) or _list_of(document, at)


def _list_of(document: Document, at: str) -> str:
    list_path = parts.split(at)[0]
    parts.find(document, list_path)
    return list_path


def _found(document: Document, at: str, was: str) -> str:
    """The path itself if the part of that name is still there, else where else it is; empty if nowhere."""
    list_path = parts.split(at)[0]
    siblings = [f"{list_path}[{index}]" for index in range(parts.length(document, list_path))]
    for path in (at, *siblings, *parts.paths_with_id(document, was)):
        if parts.holds(document, path, lambda node: name_of(node) == was):
            return path
    return ""


@dataclass(frozen=True, slots=True)
class Changed:
    document: Document
    path: str


def put_in(draft: Draft, form: PartForm) -> Changed:
    """A copy of the document with the typed part in it, right or wrong."""
    new = parts.copied(draft.document)
    node = part_from(form.kind, form.values, form.old)
    if form.is_new:
        return Changed(new, parts.add(new, form.path, node))
    parts.put(new, form.path, node)
    return Changed(new, form.path)


def apply_part(draft: Draft, form: PartForm) -> Changed:
    """The document with the typed part in it.

    Raises:
        InvalidError: some of the part's own boxes are wrong; one message per box.
    """
    changed = put_in(draft, form)
    node = parts.find(changed.document, changed.path)
    _, problems = problems_in(changed.document)
    wrong = {box: fault_error(problem) for problem in problems if (box := _own_box(form, changed.path, node, problem))}
    if wrong:
        raise InvalidError(_WRONG, fields=wrong)
    return changed


def _own_box(form: PartForm, path: str, node: Mapping[str, Any], problem: Problem) -> str:
    """The box of this form that a problem is about; empty when it is about something else."""
    at, field = part_path(problem.path)
    if problem.code == "duplicate_id" and str(problem.params.get("id")) == str(node.get("id")):
        known = {str(form.old.get("id"))} if not form.is_new else set()
        return "id" if str(node.get("id")) not in known else ""
    if at != path:
        return ""
    names = {box.name for box in form.boxes}
    return field if field in names else "levels.0" if field == "levels" else ""
