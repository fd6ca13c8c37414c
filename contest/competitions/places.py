"""The pages of one event that other features own, in the order of the work, and to whom each of them is open."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from contest.actors import Actor, Role
from contest.competitions.desk import Desk
from contest.competitions.models import EventState
from contest.i18n import N_, gettext
from contest.web.security import is_open_to

PLACES: Mapping[str, tuple[tuple[str, str], ...]] = {
    N_("赛前"): (
        (N_("参赛者"), "entries.index"), (N_("重点工程台账"), "projects.index"), (N_("裁判组"), "judging.panel"),
        (N_("手续"), "competitions.formalities"),
    ),
    N_("赛中"): (
        (N_("检录"), "callroom.check_in"), (N_("出场顺序"), "callroom.order"), (N_("裁判长工作台"), "judging.desk"),
        (N_("通报"), "bulletins.index"),
    ),
    N_("锁定以后"): (
        (N_("签字"), "judging.signatures"), (N_("复核"), "rechecks.show"), (N_("解密"), "entries.unseal"),
        (N_("成绩"), "standings.show"), (N_("公平性报告"), "fairness.index"), (N_("更正"), "corrections.marks"),
    ),
    N_("公布"): (
        (N_("发布"), "publications.index"), (N_("颁奖"), "awards.index"), (N_("证书"), "certificates.index"),
    ),
}  # fmt: skip
"""Heading -> the other features' pages of one event; each takes event_id. A heading orders them and hides none."""

BOARDS = ((N_("实时排行榜"), "board"), (N_("大屏显示"), "hall"))
"""What an audience sees while the rule set shows a live board; under `/zh/` and `/en/`."""

_WATCHERS = frozenset({Role.CHIEF_JUDGE, Role.SUPERVISOR, Role.ARBITRATOR})

Link = tuple[str, str]
"""What stands there, and its address."""


def routes_of(desk: Desk) -> set[str]:
    """All routes that the event's page may lead to: its steps, its next action, what is to do before an opening."""
    found = {step.route for step in desk.life.steps.values()} | {route for _, route in _every_place()}
    found |= {one.route for obstacles in desk.obstacles.values() for one in obstacles if not one.place}
    if desk.life.action:
        found.add(desk.life.action.route)
    return found - {""}


def leads_somewhere(actor: Actor, desk: Desk, route: str) -> bool:
    """No link that this person's roles, or the seal on the codes, would refuse (design: who sees what, when)."""
    is_sealed = not desk.event.is_unsealed and desk.event.state not in {EventState.PUBLISHED, EventState.CLOSED}
    only_watches = not actor.roles - _WATCHERS
    if route == "entries.index" and is_sealed and only_watches:
        return False
    if route == "projects.index" and not _has_projects(desk, hidden=is_sealed and only_watches):
        return False
    if route == "bulletins.index" and len(desk.periods) == len(desk.single_period):
        return False  # one assessment: its publication tells everything
    return is_open_to(actor, route)


def places_of(desk: Desk, links: Mapping[str, str], language: str) -> Sequence[tuple[str, Sequence[Link]]]:
    """The headings with what is under them for this person; one with nothing under it is left out."""
    found = {
        heading: [(gettext(text), links[route]) for text, route in places if route in links]
        for heading, places in PLACES.items()
    }
    found[N_("公布")] += _boards(desk, language)
    return [(gettext(heading), under) for heading, under in found.items() if under]


def _boards(desk: Desk, language: str) -> list[Link]:
    if desk.rules is None or not desk.rules.board.live or desk.event.state is EventState.DRAFT:
        return []
    place = "en" if language == "en" else "zh"
    return [(gettext(text), f"/{place}/{page}/{desk.event.id}") for text, page in BOARDS]


def _every_place() -> Iterator[Link]:
    for places in PLACES.values():
        yield from places


def _has_projects(desk: Desk, *, hidden: bool) -> bool:
    """The event scores projects, and not blindly to somebody for whom names are hidden."""
    return desk.rules is not None and desk.rules.entry_kind == "project" and not (hidden and desk.rules.blind)
