"""In what order recusals are shown: none that would tell a code's place on the start list."""

from contest import db
from contest.judging.panel.recusals import recusals_in, register
from tests.judging.room_steps import entry_of


def test_recusals_stand_by_code_and_not_as_they_were_found(contest):
    """Those of one unit are found in the order of the start list: line n would be number n."""
    with db.transaction() as session:
        entries = sorted((entry_of(session, contest, n) for n in (0, 1)), key=lambda entry: entry.code, reverse=True)
        for entry in entries:
            register(session, contest.event, contest.members["anna"], entry, "师徒", automatic=False)
        for entry in reversed(entries):
            register(session, contest.event, contest.members["chief"], entry, "师徒", automatic=False)
    with db.reading() as session:
        found = [(member.position, entry.code) for _, member, entry in recusals_in(session, contest.event)]
    assert found == sorted(found)
