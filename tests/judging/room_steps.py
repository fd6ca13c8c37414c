"""Steps that the tests of the judging room share."""

from sqlmodel import select

from contest import db
from contest.accounts.queries import actor_for
from contest.competitions.models import Period
from contest.entries.models import Entry
from contest.judging import services
from contest.judging.locking import lock_period
from contest.judging.models import MarkRow, PanelRole
from contest.judging.queries import locate
from contest.judging.room.explaining import explain
from contest.judging.room.spread import spread_alarms
from contest.ledger.queries import data_of, rows
from tests.support import make_person


def alarms(contest):
    with db.reading() as session:
        return spread_alarms(session, locate(session, contest.period.id))


def lock(contest, reason=""):
    with db.transaction() as session:
        period = session.get_one(Period, (contest.period.tenant_id, contest.period.id))
        lock_period(session, contest.actors["chief"], period, reason)


def ledger(contest, kind):
    with db.reading() as session:
        return list(data_of(rows(session, contest.competition), kind))


def say_why(contest, who, text, entry=0, aspect="P3"):
    with db.transaction() as session:
        explain(
            session,
            contest.actors[who],
            contest.period.id,
            contest.codes[entry],
            aspect=aspect,
            repetition=1,
            text=text,
        )


def apart(contest, entry=0):
    """Levels 3 and 1 of one aspect: two points, one allowed (rules.md 1, judgement)."""
    return contest.send("anna", contest.op(3, "P3", entry)) + contest.send("bo", contest.op(1, "P3", entry))


def entry_of(session, contest, number=0):
    query = select(Entry).where(Entry.event_id == contest.event.id, Entry.code == contest.codes[number])
    return session.exec(query).one()


def all_rows(contest):
    with db.reading() as session:
        return rows(session, contest.competition)


def marks_of_sheet(contest, judge, entry=0):
    with db.reading() as session:
        query = select(MarkRow).where(MarkRow.judge_code == judge, MarkRow.entry_code == contest.codes[entry])
        return session.exec(query).all()


def with_reserve(contest, at="county"):
    account, _ = make_person(contest.world, None, login="rita", at=at)
    with db.transaction() as session:
        reserve = services.appoint(session, contest.actors["organizer"], contest.stage, account, PanelRole.RESERVE)
    with db.reading() as session:
        contest.actors["rita"], contest.accounts["rita"] = actor_for(session, account), account
    return reserve
