"""The ready rule sets an organizer may start from, in the order of the page."""

from __future__ import annotations

from collections.abc import Mapping

from contest.competitions.parts import Document
from contest.competitions.templates import comparisons, innovation, merit, selection, skills, stage_shows
from contest.competitions.templates.building import StartingPoint
from contest.i18n import N_

STARTING_POINTS: tuple[StartingPoint, ...] = (
    *skills.POINTS, *merit.POINTS, *comparisons.POINTS, *selection.POINTS, *innovation.POINTS, *stage_shows.POINTS,
)  # fmt: skip
FAMILIES: Mapping[str, str] = {
    "skills": N_("技能竞赛"),
    "merit": N_("立功竞赛"),
    "selection": N_("评选"),
    "innovation": N_("创新与建议"),
    "show": N_("现场展示"),
}


def starting_point(key: str) -> StartingPoint | None:
    """The template of that key; None if there is none."""
    return next((point for point in STARTING_POINTS if point.key == key), None)


def starting_document(key: str, title: str) -> Document | None:
    """A fresh document of that template under the event's title; None if there is no such template."""
    point = starting_point(key)
    return point.fresh() | {"title": title} if point else None
