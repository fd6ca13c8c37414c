"""What the editor's pages need of a draft: the part being edited, what was typed, and what may be saved.

A part is saved when its own boxes are right; faults elsewhere (weights that do not sum up yet, an empty criterion)
stay visible on the page and stop only the adoption.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property

from sqlmodel import Session

from contest.actors import Actor
from contest.competitions import parts, policy, queries
from contest.competitions.advice import advice_on
from contest.competitions.models import Competition, Event, RuleSetVersion
from contest.competitions.moving import move, move_to
from contest.competitions.outline import Outline, outline, problems_in
from contest.competitions.parts import Document
from contest.competitions.problem_texts import Fault, fault_text, place_words, problem_place
from contest.competitions.totals import Totals, totals_of
from contest.errors import DomainError, InvalidError, NotFoundError
from contest.i18n import N_

LARGEST_FILE = 4_000_000
MOST_FAULTS = 200
DEEPEST = 200


@dataclass
class Draft:
    """An event's newest rule set as the editor sees it; `base` is the digest that forms send back."""

    competition: Competition
    event: Event
    version: RuleSetVersion | None
    document: Document
    can_edit: bool

    @property
    def base(self) -> str:
        return self.version.digest if self.version else ""

    @cached_property
    def outline(self) -> Outline:
        return outline(self.document)

    @cached_property
    def advice(self) -> list[Fault]:
        return advice_on(self.outline)

    @cached_property
    def totals(self) -> Totals:
        return totals_of(self.outline)


def draft_of(session: Session, actor: Actor, event_id: str) -> Draft:
    """The draft (or the adopted rule set) of an event the actor may see."""
    event = queries.get_event(session, event_id, actor)
    competition = queries.competition_of(session, event)
    version = queries.newest_version(session, event)
    if not queries.is_editable(event, version):
        version = queries.version_in_force(session, event) or version
    may = policy.can_edit_rule_set(actor, competition) and queries.is_editable(event, version)
    return Draft(competition, event, version, json.loads(version.document) if version else {}, may)


def moved(draft: Draft, at: str, way: str, list_path: str = "", index: str = "") -> str:
    """Moves a part of the draft's document one step (`way`), or into a list before its item `index`; its new path."""
    if way:
        return move(draft.document, at, way)
    if not parts.is_list_place(list_path) or not index.isdecimal():
        raise NotFoundError(N_("没有这个位置。请刷新页面再拖一次。"))
    return move_to(draft.document, at, list_path, int(index[:6]))


@dataclass(frozen=True, slots=True)
class Removal:
    at: str
    place: str
    aspects: int


def removal(draft: Draft, at: str) -> Removal:
    """What would go with a part: NotFoundError if there is none at `at`."""
    node = parts.find(draft.document, at)
    kind = parts.kind_at(at, node)
    count = parts.count_below(node) if kind in {"stage", "criterion"} else 0
    return Removal(at, place_words(draft.document, at), count)


def document_from(filename: str, data: bytes) -> Document:
    """The rule-set document of an uploaded JSON file, whole and right, or nothing.

    Raises:
        InvalidError: no JSON object, or a rule set with faults (all in `fields`, at most MOST_FAULTS, by place).
    """
    document = _json(filename, data)
    _, problems = problems_in(document)
    if problems:
        faults = {
            f"fault{number}": DomainError(
                N_("%(place)s：%(text)s"), place=problem_place(document, problem), text=fault_text(problem)
            )
            for number, problem in enumerate(problems[:MOST_FAULTS])
        }
        message = N_("文件“%(name)s”里的评分办法有 %(n)s 处不对，没有读入。")
        raise InvalidError(message, fields=faults, name=filename[:60], n=len(problems))
    return document


def _json(filename: str, data: bytes) -> Document:
    message = N_("文件“%(name)s”不是评分办法的 JSON 文件，没有读入。请用本平台下载的文件。")
    if len(data) > LARGEST_FILE:
        raise InvalidError(N_("文件太大：评分办法最多 4 MB。"))
    try:
        found = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise InvalidError(message, name=filename[:60]) from None
    if not isinstance(found, dict):
        raise InvalidError(message, name=filename[:60])
    return found


def anchor(path: str) -> str:
    """The id of a part's line on the page."""
    return "p-" + path.replace("[", "-").replace("]", "").replace(".", "-")
