"""A double click, a stale page, two organizers at once: done once, or said so; never twice (issue: Bad input)."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from contest import db
from contest.actors import Role
from contest.jobs.worker import run_pending
from tests.attacks.intruder import count
from tests.awards.scenery import AWARDS
from tests.publications.making import RULES, lock_all, make_contest, score_all
from tests.support import make_person, sign_in


@pytest.fixture
def ready(bare):
    """A scored contest and two organizers, each with a client of their own (same app)."""
    made = make_contest(RULES | {"awards": AWARDS, "blind": True})
    score_all(made)
    people = [make_person(made.world, Role.ORGANIZER, login=f"boss{n}")[0] for n in (1, 2)]
    return made, people


def together(client, accounts, path, **fields):
    """The same POST by both organizers at one moment; the statuses."""
    from contest.web.security import session_cookie_name

    calls = []
    for account in accounts:
        client.cookies.clear()
        token = sign_in(client, account).csrf_token
        calls.append((client.cookies[session_cookie_name()], token))
    client.cookies.clear()

    def call(cookie: str, token: str) -> int:
        headers = {"cookie": f"{session_cookie_name()}={cookie}"}
        return client.post(
            path, data={"csrf_token": token} | fields, headers=headers, follow_redirects=False
        ).status_code

    with ThreadPoolExecutor(2) as pool:
        return sorted(pool.map(lambda pair: call(*pair), calls))


def test_everything_from_the_lock_to_the_certificate_happens_once(bare, ready):
    made, both = ready
    event = made.event.id
    with db.engine().connect() as connection:
        periods = connection.exec_driver_sql("SELECT id FROM period").scalars().all()
    for period in periods:
        assert together(bare, both, f"/judging/periods/{period}/lock", reason="测试") == [303, 409]
    assert count("ledger", "kind = 'lock'") == len(periods)
    assert max(together(bare, both, f"/events/{event}/unseal")) < 500
    with db.engine().connect() as connection:
        act = connection.exec_driver_sql("SELECT id FROM act").scalars().one()
    watchers = [make_person(made.world, Role.SUPERVISOR, login=f"watcher{n}")[0] for n in (1, 2)]
    assert together(bare, watchers, f"/events/{event}/unseal/{act}") in ([201, 409], [303, 409])
    assert count("ledger", "kind = 'unsealing'") == 1
    assert together(bare, both, f"/events/{event}/publications", title="成绩") == [303, 409]
    assert count("publication") == count("ledger", "kind = 'publication'") == 1
    assert max(together(bare, both, f"/events/{event}/awards", version="1")) < 500
    given = count("award_given", "state = 'given'")
    assert given == count("award_given") == count("ledger", "kind = 'award'") > 0
    assert together(bare, both, f"/events/{event}/awards", version="7") == [409, 409], "a stale page"
    assert max(together(bare, both, f"/events/{event}/certificates")) < 500
    run_pending()
    assert count("certificate") == given
    with db.engine().connect() as connection:
        one = connection.exec_driver_sql("SELECT id FROM certificate").scalars().first()
    statuses = together(bare, both, f"/certificates/{one}/revoke", reason="发错")
    assert statuses[0] == 303
    assert statuses[1] < 500
    assert count("ledger", "kind = 'revocation' OR kind LIKE '%revok%'") == 1
    assert count("certificate", "state = 'valid'") == given - 1


def test_the_draw_and_the_adoption_happen_once(bare):
    from contest.actors import SYSTEM
    from contest.competitions.services import create_event, save_rule_set
    from contest.entries.inputs import EntryInput
    from contest.entries.services import add_entries

    made = make_contest()
    both = [make_person(made.world, Role.ORGANIZER, login=f"boss{n}")[0] for n in (1, 2)]
    with db.transaction() as session:
        event = create_event(session, SYSTEM, made.competition, title="钳工")
        save_rule_set(session, SYSTEM, event, {"schema": 1, **RULES})
        add_entries(session, SYSTEM, event, [EntryInput(name="甲"), EntryInput(name="乙")])
    drawn = count("ledger", "kind = 'draw'")
    with db.reading() as session:
        from contest.competitions.queries import newest_version

        base = newest_version(session, event)
    adopted = together(bare, both, f"/events/{event.id}/rules/adopt", base=base.digest if base else "")
    assert adopted in ([303, 409], [409, 409]), adopted
    if adopted == [409, 409]:
        from contest.competitions.services import adopt_rule_set

        with db.transaction() as session:
            adopt_rule_set(session, SYSTEM, event)
    statuses = together(bare, both, f"/events/{event.id}/draw")
    assert statuses[1] == 409
    assert statuses[0] in (201, 303)
    assert count("ledger", "kind = 'draw'") == drawn + 1
    assert count("entry", f"event_id = '{event.id}' AND code IS NOT NULL") == 2


def test_an_import_confirmed_twice_enters_nobody_twice(bare):
    made = make_contest()
    both = [make_person(made.world, Role.ORGANIZER, login="boss1")[0]] * 2
    token = sign_in(bare, both[0]).csrf_token
    before = count("entry")
    path = f"/events/{made.event.id}/entries/import"
    files = {"file": ("名单.csv", "姓名,单位\n赵甲,甲\n钱乙,乙\n".encode(), "text/csv")}
    assert bare.post(path, data={"csrf_token": token}, files=files, follow_redirects=False).status_code in (201, 303)
    run_pending()
    with db.engine().connect() as connection:
        job = connection.exec_driver_sql("SELECT id FROM job WHERE kind = 'entries.check'").scalars().one()
    assert max(together(bare, both, f"{path}/{job}")) < 500
    run_pending()
    assert count("entry") == before + 2
    again = bare.post(f"{path}/{job}", data={"csrf_token": sign_in(bare, both[0]).csrf_token}, follow_redirects=False)
    assert again.status_code == 409
    run_pending()
    assert count("entry") == before + 2


def test_a_lock_stands_against_marks_at_the_same_moment(bare, ready):
    """A publication's numbers are those of the locked marks: what comes later is kept apart."""
    made, both = ready
    lock_all(made)
    before = count("mark")
    token = sign_in(bare, both[0]).csrf_token
    assert (
        bare.post(
            f"/events/{made.event.id}/clerk",
            follow_redirects=False,
            data={"csrf_token": token, f"v|{made.codes[0]}|T1|1": "99.9"},
        ).status_code
        < 500
    )
    assert count("mark") == before
    assert count("mark", "units = 999") == 0
