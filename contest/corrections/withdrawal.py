"""Whether an entry competes at all, as what is corrected: withdrawn after the lock (退赛), or taken back in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import ClassVar

from sqlmodel import Session, select

from contest.acts.models import ActKind
from contest.competitions.models import Event
from contest.core.ruleset import RuleSet
from contest.core.scoring import Result, evaluate
from contest.corrections.asked import SAME, Asked, Line, Told, Wording, may_be_told, require_told, wrong
from contest.entries.models import Entry, EntryState
from contest.entries.superseding import RESTORED, WITHDRAWN, supersede_state
from contest.errors import NotFoundError
from contest.i18n import N_, gettext
from contest.ledger.models import Appended
from contest.standings.inputs import entry_inputs
from contest.standings.services import Computation

STATES: Mapping[str, str] = {WITHDRAWN: N_("已退赛"), RESTORED: N_("参加比赛")}


@dataclass(frozen=True, slots=True)
class WithdrawalCorrection(Asked):
    """An entry under its code, and what it shall be: `withdrawn` or `restored`, as the ledger's row says it."""

    kind: ClassVar[ActKind] = ActKind.WITHDRAWAL
    wording: ClassVar[Wording] = Wording(
        title=N_("更正是否退赛"),
        now=N_("现在的状态"),
        wanted=N_("应为"),
        hint=N_("例如：兴奋剂检查结果 2026-07 号认定违规，取消参赛资格。理由记入流水并公开，不写人名。"),
        follows=N_(
            "确认后，已发布的成绩保留；新的版本里没有退赛的参赛，后面的名次递进，奖项和证书在发布新的版本、重新颁奖后撤销或换发。"
        ),
        done=N_("已更正，已记入流水。成绩要重新发布。"),
    )

    entry: str
    state: str = ""

    @property
    def boxes(self) -> Mapping[str, str]:
        return {"entry": self.entry, "withdrawal": "1"}

    def find(self, session: Session, event: Event) -> Line:
        """As `Asked.find`; ConflictError while codes are sealed."""
        require_told(session, event)
        now = state_of(_entry(session, event, self.entry))
        other = RESTORED if now == WITHDRAWN else WITHDRAWN
        return Line((), state_words(now), now, other, [(other, state_words(other))])

    def with_value(self, session: Session, event: Event, text: str) -> WithdrawalCorrection:
        typed = text.strip()
        if typed not in STATES:
            raise wrong(N_("这里只能选“已退赛”或“参加比赛”，您填的是“%(value)s”。"), value=typed[:30])
        if self.find(session, event).replaces == typed:
            raise wrong(SAME)
        return replace(self, state=typed)

    def evaluated(self, session: Session, event: Event, now: Computation) -> Result:
        inputs = [item for item in now.entry_inputs if item.code != self.entry]
        if self.state == RESTORED:
            inputs += entry_inputs(session, event, now.rules, [_entry(session, event, self.entry)])
        return evaluate(now.rules, inputs, now.book, now.panels, now.result)

    def plain(self) -> dict[str, object]:
        return asdict(self)

    def told(self, rules: RuleSet) -> Told:  # noqa: ARG002 - the code is all there is to it
        return ()

    def wanted(self, rules: RuleSet) -> str:  # noqa: ARG002
        return state_words(self.state)

    def write(
        self,
        session: Session,
        event: Event,
        said: Mapping[str, object],
        deciders: str,  # noqa: ARG002 - in the audit
    ) -> Appended:
        entry = _entry(session, event, self.entry)
        return supersede_state(session, event, entry, self.state, {**said, "replaces": state_of(entry)})


def state_of(entry: Entry) -> str:
    """As the last row about it says; of an entry that never withdrew: as if it were restored."""
    return WITHDRAWN if entry.state is EntryState.WITHDRAWN else RESTORED


def state_words(state: str) -> str:
    return gettext(STATES[state]) if state in STATES else state


def state_line(session: Session, event: Event, code: str) -> Line | None:
    """Whether the entry of a code competes; None while that can't be corrected (NotFoundError: no such code)."""
    return WithdrawalCorrection(code).find(session, event) if may_be_told(session, event) else None


def _entry(session: Session, event: Event, code: str) -> Entry:
    """Of a code, withdrawn or not (NotFoundError)."""
    here = (Entry.tenant_id == event.tenant_id, Entry.event_id == event.id)
    found = session.exec(select(Entry).where(*here, Entry.code == code)).first()
    if found is None:
        raise NotFoundError(N_("没有这个加密号。"))
    return found
