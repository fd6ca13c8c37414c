"""The life of an event as a line of ten steps: what is done, open, blocked, and the one next action.

What higher features know (entries, panels, publications, awards) comes through `register_facts`, called by `app.py`:
this feature stands below them and imports none.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from sqlmodel import Session

from contest.competitions.models import Event, EventState, Period, PeriodState
from contest.i18n import N_, gettext

State = Literal["done", "open", "blocked", "todo"]
FactSource = Callable[[Session, Event], Mapping[str, int | None]]
_sources: list[FactSource] = []


def register_facts(source: FactSource) -> None:
    """Adds a function that counts, for one event, some of the fields of `Facts`."""
    if source not in _sources:
        _sources.append(source)


@dataclass(frozen=True, slots=True)
class Facts:
    """Counts for one event; None where nobody has registered to count it."""

    entries: int | None = None
    uncoded: int | None = None
    missing_judges: int | None = None
    uncalibrated: int | None = None
    publications: int | None = None
    sealed: int | None = None
    unchecked: int | None = None
    unsigned: int | None = None
    awards: int | None = None
    certificates: int | None = None
    corrections: int | None = None


def facts_of(session: Session, event: Event) -> Facts:
    """What the higher features count."""
    facts = Facts()
    for source in _sources:
        facts = replace(facts, **source(session, event))
    return facts


@dataclass(frozen=True, slots=True)
class Step:
    """One step: its state, what stands under it, and the route (with event_id) where it is done."""

    state: State
    note: str = ""
    route: str = ""


@dataclass(frozen=True, slots=True)
class Action:
    """The one next thing to do: a sentence, the label of its button, its route."""

    text: str
    label: str
    route: str


@dataclass(frozen=True, slots=True)
class Life:
    steps: Mapping[str, Step]
    action: Action | None
    facts: Facts


@dataclass(frozen=True, slots=True)
class Situation:
    """All that decides the line."""

    state: EventState
    faults: int | None
    periods: Sequence[Period] = ()
    facts: Facts = field(default_factory=Facts)

    @property
    def is_adopted(self) -> bool:
        return self.state is not EventState.DRAFT

    @property
    def has_results(self) -> bool:
        return self.state in {EventState.PUBLISHED, EventState.CLOSED}

    @property
    def is_between(self) -> bool:
        """Scoring has begun, something is locked and nothing open: the next stage is to be opened."""
        states = {period.state for period in self.periods}
        return self.state is EventState.SCORING and states == {PeriodState.LOCKED, PeriodState.WAITING}

    @property
    def drawn(self) -> bool:
        return bool(self.facts.entries) and self.facts.uncoded == 0


def _n(text: str, /, **params: object) -> str:
    return gettext(text) % params if params else gettext(text)


def life_of(situation: Situation) -> Life:
    """The ten steps and the next action. `faults`: problems of the draft, None when there is no draft."""
    steps = {
        "founding": Step("done", route="competitions.event"),
        "rules": _rules(situation),
        "entry": _entry(situation),
        "draw": _draw(situation),
        "scoring": _scoring(situation),
        "recheck": _recheck(situation),
        "publication": _publication(situation),
        "notice": _notice(situation),
        "awards": _awards(situation),
        "archive": _archive(situation),
    }
    return Life(steps, _action(situation), situation.facts)


def _rules(at: Situation) -> Step:
    route = "competitions.rules"
    if at.is_adopted:
        return Step("done", _n(N_("已定稿")), route)
    if at.faults is None:
        return Step("open", _n(N_("还没有写")), route)
    if at.faults:
        return Step("blocked", _n(N_("%(n)s 处要改"), n=at.faults), route)
    return Step("open", _n(N_("可以定稿")), route)


def _entry(at: Situation) -> Step:
    route = "entries.index"
    count = at.facts.entries
    if count is None:
        return Step("done" if at.state not in {EventState.DRAFT, EventState.ADOPTED} else "open", "", route)
    if not count:
        return Step("open", _n(N_("还没有报名")), route)
    started = at.drawn or at.state not in {EventState.DRAFT, EventState.ADOPTED}
    return Step("done" if started else "open", _n(N_("%(n)s 个报名"), n=count), route)


def _draw(at: Situation) -> Step:
    """Whoever has entered decides it, not the event's state: a period opened before anybody came proves no draw."""
    if at.facts.uncoded:
        return Step("open", _n(N_("%(n)s 个没有加密号"), n=at.facts.uncoded), "entries.draw")
    if at.drawn or (at.facts.entries is None and at.state not in {EventState.DRAFT, EventState.ADOPTED}):
        return Step("done", _n(N_("已抽签")), "entries.draw")
    return Step("todo", route="entries.draw")


def _scoring(at: Situation) -> Step:
    route = "judging.desk"
    still = [period for period in at.periods if period.state is PeriodState.OPEN]
    if still:
        return Step("open", _n(N_("%(n)s 个考评期正在评分"), n=len(still)), route)
    if at.state in {EventState.LOCKED, EventState.PUBLISHED, EventState.CLOSED}:
        return Step("done", _n(N_("已锁定")), route)
    if not at.is_adopted:
        return Step("todo", "", "judging.panel")
    if at.facts.missing_judges:
        return Step("blocked", _n(N_("还缺 %(n)s 名裁判"), n=at.facts.missing_judges), "judging.panel")
    if at.facts.uncalibrated:
        return Step("blocked", _n(N_("先试评")), "judging.calibration")
    return Step("open" if at.drawn or at.state is EventState.SCORING else "todo", _n(N_("未开放")), route)


def _after(at: Situation, route: str, note: str) -> Step:
    if at.has_results:
        return Step("done", "", route)
    return Step("open", _n(note), route) if at.state is EventState.LOCKED else Step("todo", "", route)


def _recheck(at: Situation) -> Step:
    if at.facts.unchecked is None or at.state is not EventState.LOCKED:
        return _after(at, "standings.show", N_("核对成绩"))
    if at.facts.unchecked:
        return Step("open", _n(N_("%(n)s 份待复核"), n=at.facts.unchecked), "rechecks.show")
    return Step("done", _n(N_("已复核")), "rechecks.show")


def _publication(at: Situation) -> Step:
    if at.state is EventState.LOCKED and at.facts.sealed:
        return Step("todo", _n(N_("先解密")), "entries.unseal")
    if at.state is EventState.LOCKED and at.facts.unsigned:
        return Step("blocked", _n(N_("%(n)s 份缺签字"), n=at.facts.unsigned), "judging.signatures")
    return _after(at, "publications.index", N_("可以发布"))


def _notice(at: Situation) -> Step:
    if at.state is EventState.CLOSED:
        return Step("done", "", "publications.index")
    return Step("open" if at.state is EventState.PUBLISHED else "todo", "", "publications.index")


def _awards(at: Situation) -> Step:
    count = at.facts.awards
    if count:
        return Step("done", _n(N_("%(n)s 个奖"), n=count), "certificates.index")
    return Step("open" if at.state is EventState.PUBLISHED else "todo", "", "awards.index")


def _archive(at: Situation) -> Step:
    if at.state is EventState.CLOSED:
        return Step("done", _n(N_("已归档")))
    return Step("open" if at.state is EventState.PUBLISHED and at.facts.awards else "todo")


_ACTIONS: Mapping[str, tuple[str, str, str]] = {
    "write": (
        N_("先写评分办法：选一个起点再改，或者从 Excel 导入评分标准。"), N_("写评分办法"), "competitions.rules",
    ),
    "mend": (N_("评分办法还有要改的地方，改好后才能定稿。"), N_("改评分办法"), "competitions.rules"),
    "adopt": (N_("评分办法没有问题，可以定稿。"), N_("查看并定稿"), "competitions.ask_adopt"),
    "enter": (N_("登记参赛者：逐个填写，或者从 Excel 导入。"), N_("登记参赛者"), "entries.index"),
    "draw": (N_("抽签：给每个参赛者一个加密号，裁判只看到它。"), N_("去抽签"), "entries.draw"),
    "appoint": (N_("裁判还不够，请安排裁判组。"), N_("安排裁判"), "judging.panel"),
    "calibrate": (
        N_("先试评：每位裁判给同一个样品打分，裁判长结束试评以后才能开放。"), N_("去试评"), "judging.calibration",
    ),
    "open": (N_("一切就绪，在下面开放考评期，裁判就可以打分。"), "", ""),
    "go on": (N_("已开放的都锁定了。在下面开放下一个考评期，裁判就可以接着打分。"), "", ""),
    "score": (N_("正在评分。看谁还没有提交，全部提交后锁定。"), N_("看评分进度"), "judging.desk"),
    "second": (
        N_("有更正等第二个人确认；确认以前，成绩还是原来的。"), N_("去确认更正"), "corrections.marks",
    ),
    "recheck": (N_("评分已锁定。先抽取要复核的，逐份与评分表核对。"), N_("去复核"), "rechecks.show"),
    "sign": (N_("评分已锁定，有评分表还缺裁判长或监督的签字，签齐才能发布。"), N_("去签字"), "judging.signatures"),
    "unseal": (N_("评分已锁定。由两个人解密，然后发布。"), N_("去解密"), "entries.unseal"),
    "check": (N_("评分已锁定。核对成绩后发布。"), N_("核对成绩"), "standings.show"),
    "award": (N_("成绩已发布。公示结束后颁奖。"), N_("去颁奖"), "awards.index"),
    "archive": (N_("已颁奖。证书可以下载，全部完成后归档。"), N_("看证书"), "certificates.index"),
}  # fmt: skip


def _action(at: Situation) -> Action | None:
    key = _next(at)
    if key is None:
        return None
    text, label, route = _ACTIONS[key]
    return Action(_n(text), _n(label) if label else "", route)


def _next(at: Situation) -> str | None:
    """The first rule that applies; the order is the order of the work."""
    adopted = at.state is EventState.ADOPTED
    rules = (
        ("write", not at.is_adopted and at.faults is None),
        ("mend", not at.is_adopted and at.faults),
        ("adopt", not at.is_adopted),
        ("enter", adopted and at.facts.entries == 0),
        ("draw", (adopted or at.state is EventState.SCORING) and at.facts.uncoded),
        ("appoint", adopted and at.facts.missing_judges),
        ("calibrate", adopted and at.facts.uncalibrated),
        ("open", adopted),
        ("go on", at.is_between),
        ("score", at.state is EventState.SCORING),
        ("second", at.state in {EventState.LOCKED, EventState.PUBLISHED} and at.facts.corrections),
        ("recheck", at.state is EventState.LOCKED and at.facts.unchecked),
        ("sign", at.state is EventState.LOCKED and at.facts.unsigned),
        ("unseal", at.state is EventState.LOCKED and at.facts.sealed),
        ("check", at.state is EventState.LOCKED),
        ("award", at.state is EventState.PUBLISHED and not at.facts.awards),
        ("archive", at.state is EventState.PUBLISHED),
    )
    return next((key for key, holds in rules if holds), None)
