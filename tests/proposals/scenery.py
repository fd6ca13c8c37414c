"""A union with a call for proposals whose panel is typed by a clerk, and everybody who has a part in it."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

from contest import db
from contest.accounts.models import Account
from contest.accounts.queries import actor_for
from contest.actors import SYSTEM, Actor, Role
from contest.competitions.models import CompetitionKind, Event, Period
from contest.competitions.queries import periods_of, stages_of
from contest.competitions.services import adopt_rule_set, create_competition, create_event, open_period, save_rule_set
from contest.entries.models import Entry
from contest.judging.locking import lock_period
from contest.judging.models import PanelRole
from contest.judging.panel.services import appoint
from contest.judging.services import submit_operations
from contest.proposals import services
from contest.proposals.models import Proposal
from tests.awards.scenery import rules
from tests.support import World, make_person

_numbers = itertools.count(1)
WORDS = {"title": "光缆割接免中断工装", "problem": "割接一次中断40分钟。", "idea": "先并后断。",
         "expected_benefit": "省12万元"}  # fmt: skip


@dataclass
class Innovation:
    """People by what they do; `event` is the call."""

    world: World
    event: Event
    period: Period
    actors: dict[str, Actor]
    accounts: dict[str, Account]

    def submit(self, who: str = "worker", **changes: str | None) -> Proposal:
        with db.transaction() as session:
            return services.submit(session, self.actors[who], **WORDS | {"event_id": self.event.id} | changes)

    def do(self, name: str, who: str, proposal: Proposal, *args: str) -> Proposal:
        """One service as one person, in its own transaction; the proposal as it then is."""
        with db.transaction() as session:
            row = session.get_one(Proposal, (proposal.tenant_id, proposal.id))
            getattr(services, name)(session, self.actors[who], row, *args)
        return self.fresh(proposal)

    def fresh(self, proposal: Proposal) -> Proposal:
        with db.reading() as session:
            return session.get_one(Proposal, (proposal.tenant_id, proposal.id))

    def entry(self, proposal: Proposal) -> Entry:
        with db.reading() as session:
            return session.get_one(Entry, (proposal.tenant_id, proposal.entry_id))

    def score(self, marks: dict[str, int]) -> None:
        """Types tenths of a mark by proposal id, and locks."""
        for proposal_id, units in marks.items():
            with db.reading() as session:
                proposal = session.get_one(Proposal, (self.event.tenant_id, proposal_id))
                code = session.get_one(Entry, (proposal.tenant_id, proposal.entry_id)).code
            operation = {
                "op_id": f"proposal-operation-{next(_numbers):06d}", "event": self.event.id, "stage": "final",
                "period": "1", "entry": code, "aspect": "T1", "repetition": 1, "value": units, "judge": "",
                "reason": "录入", "client_time": 0,
            }  # fmt: skip
            assert submit_operations(self.actors["clerk"], [operation])[0]["result"] == "accepted"
        with db.transaction() as session:
            lock_period(session, SYSTEM, session.get_one(Period, (self.period.tenant_id, self.period.id)), "评完")

    def adopted(self) -> Proposal:
        """A proposal that went all the way to its adoption with 88.5 marks."""
        proposal = self.do("check", "checker", self.submit(), "accept")
        self.score({proposal.id: 885})
        self.do("record_score", "organizer", proposal)
        return self.do("adopt", "organizer", proposal)


def build_innovation(world: World) -> Innovation:
    people = {
        "worker": make_person(world, Role.MEMBER, login="worker", at="plant"),
        "other": make_person(world, Role.MEMBER, login="other", at="works"),
        "checker": make_person(world, Role.DEPARTMENT_CHECKER, login="checker", at="plant"),
        "stranger": make_person(world, Role.DEPARTMENT_CHECKER, login="stranger", at="works"),
        "finance": make_person(world, Role.FINANCE_CONFIRMER, login="finance", at="plant"),
        "contact": make_person(world, Role.UNIT_CONTACT, login="contact", at="plant"),
        "organizer": make_person(world, Role.ORGANIZER, login="organizer"),
        "clerk": make_person(world, None, login="clerk"),
    }
    accounts = {name: account for name, (account, _) in people.items()}
    with db.transaction() as session:
        competition = create_competition(
            session, SYSTEM, organization=world.city, kind=CompetitionKind.PROPOSALS, title="岗位微创新征集"
        )
        event = create_event(session, SYSTEM, competition, title="微创新成果")
        save_rule_set(session, SYSTEM, event, rules([]) | {"entry_kind": "proposal"})
        adopt_rule_set(session, SYSTEM, event)
        appoint(session, SYSTEM, stages_of(session, event)[0], accounts["clerk"], PanelRole.CLERK)
        period = periods_of(session, event)[0]
        open_period(session, SYSTEM, period)
    actors = {name: actor for name, (_, actor) in people.items()}
    with db.reading() as session:
        actors["clerk"] = actor_for(session, accounts["clerk"])
    return Innovation(world, event, period, actors, accounts)
