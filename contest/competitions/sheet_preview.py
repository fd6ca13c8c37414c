"""What a judge's sheet will look like, for the editor; judging, which owns the sheet, registers how it is drawn."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from contest.competitions.editing import Draft
from contest.competitions.outline import StageOutline
from contest.competitions.parts import stage_path
from contest.core.ruleset import Stage

Box = Mapping[str, Any]
SheetSource = Callable[[Stage], Sequence[Box]]
_sources: list[SheetSource] = []


def register_sheet(source: SheetSource) -> None:
    """Tells the editor how a stage's sheet is made (a second source takes the first one's place)."""
    _sources[:] = [source]


@dataclass(frozen=True, slots=True)
class SheetPreview:
    """One stage's sheet: its boxes, the address of every aspect by id, and the box being edited (or none)."""

    stage: StageOutline
    boxes: Sequence[Box]
    paths: Mapping[str, str]
    current: Box | None

    @property
    def title(self) -> str:
        return str(self.stage.raw.get("title") or self.stage.raw.get("id") or "")


def sheet_preview(draft: Draft, at: str) -> SheetPreview | None:
    """The sheet of the stage that `at` lies in, else of the first stage that judges mark; None without stages."""
    if not _sources or not draft.outline.stages:
        return None
    stage = _wanted(draft, stage_path(at))
    boxes = _sources[0](stage.readable())
    paths = {line.part.id: line.path for line in stage.lines if not line.is_criterion}
    current = next((box for box in boxes if paths.get(box["aspect"]) == at), None)
    return SheetPreview(stage, boxes, paths, current)


def _wanted(draft: Draft, path: str) -> StageOutline:
    stages = draft.outline.stages
    named = (stage for stage in stages if stage.path == path)
    judged = (stage for stage in stages if _sources[0](stage.readable()))
    return next(named, None) or next(judged, None) or stages[0]
