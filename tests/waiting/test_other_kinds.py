"""Publications, rule sets, tables and erasures wait for exactly those whom their own page lets confirm."""

from contest import db
from contest.actors import Actor, Role
from contest.acts import services as acts
from contest.acts.models import ActKind
from contest.corrections import policy as corrections
from contest.erasures.models import Erasure
from contest.erasures.queries import erasure_view
from contest.errors import DomainError
from contest.overall.confirming import changing
from contest.overall.queries import table_view
from contest.publications.confirming import waiting_publication
from contest.waiting.kinds import KINDS, Kind, OtherKind
from contest.waiting.queries import waiting_for
from tests.acts.people import actor
from tests.acts.test_publishing_in_pairs import made
from tests.acts.test_publishing_in_pairs import propose as propose_publication
from tests.awards.scenery import build_contest
from tests.corrections.test_changes import draft
from tests.corrections.test_changes import propose as propose_rules
from tests.overall.test_services import create, trades

__all__ = ["made", "trades"]


def everybody(event) -> list[Actor]:
    """One of every role, and two organizers: the proposer is the one who is called by the role."""
    return [*(actor(event, role) for role in Role), actor(event, Role.ORGANIZER, "another")]


def has(who: Actor, kind: Kind) -> bool:
    with db.reading() as session:
        return kind in {row.kind for row in waiting_for(session, who, KINDS)[0]}


def promised(look) -> bool:
    try:
        with db.reading() as session:
            return bool(look(session))
    except DomainError:
        return False


def test_a_publication_waits(made):
    propose_publication(made)
    found = 0
    for who in everybody(made.event):
        may = promised(lambda s, who=who: waiting_publication(s, who, made.fresh(s)).can_confirm)
        assert has(who, ActKind.PUBLICATION) == may, who.name
        found += may
    assert found == 4, "another organizer, chief judge, supervisor, arbitrator"


def test_a_change_of_the_rules_waits(world):
    contest = build_contest(world)
    draft(contest)
    change = propose_rules(contest)
    found = 0
    for who in (contest.organizer, contest.clerk, *everybody(contest.event)):
        may = corrections.can_decide_change(who, contest.competition, change)
        assert has(who, OtherKind.RULES) == may, who.name
        found += may
    assert found == 4, "two other organizers, chief judge, supervisor"


def test_a_table_waits(trades):
    table = create(trades)
    with db.transaction() as session:
        boss = actor(trades.competition, Role.ORGANIZER)
        acts.propose(session, boss, trades.competition, ActKind.TABLE, subject=table.id, reason="更正")
    found = 0
    for who in everybody(trades.competition):
        may = promised(lambda s, who=who: changing(s, who, table_view(s, who, table.id)).can_confirm)
        assert has(who, ActKind.TABLE) == may, who.name
        found += may
    assert found == 4, "another organizer, chief judge, supervisor, arbitrator"


def test_an_erasure_waits_without_telling_whose_it_is(world):
    contest = build_contest(world)
    entry = contest.entries[0]
    with db.transaction() as session:
        session.add(Erasure(tenant_id=entry.tenant_id, entry_id=entry.id, reason="本人要求", asker="甲",
                            asked_by="account-another"))  # fmt: skip
    people = everybody(contest.event)
    for who in people:
        may = promised(lambda s, who=who: erasure_view(s, who, contest.event.id, entry.id).can_agree)
        assert has(who, OtherKind.ERASURE) == may, who.name
    assert [who.name for who in people if has(who, OtherKind.ERASURE)] == ["administrator", "organizer"]
    with db.reading() as session:
        (row,) = waiting_for(session, actor(contest.event, Role.ORGANIZER), (OtherKind.ERASURE,))[0]
    assert entry.name not in repr(row)
    assert str(entry.code) not in repr(row)
