"""Guessing at one moment what may not be guessed one after the other (CTFd: a race beats the maximum of attempts)."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from contest import db
from contest.accounts.models import Account, LinkPurpose
from contest.accounts.passwords import hash_secret
from contest.accounts.signing_in import enrol_device, make_link, sign_in, sign_in_with_pin, use_link
from contest.actors import Role
from contest.errors import ExpiredError, InvalidError, TooManyError
from tests.support import make_person

PASSWORD = "correct-horse-battery"


@pytest.fixture
def account(world) -> Account:
    account, _ = make_person(world, Role.JUDGE, login="anna")
    with db.transaction() as session:
        found = session.get_one(Account, account.id)
        found.password_hash = hash_secret(PASSWORD)
        session.add(found)
    return found


def outcomes(call, times: int) -> list[str]:
    def one(number: int) -> str:
        try:
            call(number)
        except (InvalidError, TooManyError, ExpiredError) as error:
            return type(error).__name__
        return "in"

    with ThreadPoolExecutor(8) as pool:
        return list(pool.map(one, range(times)))


def test_twenty_passwords_at_once_are_no_more_tries_than_one_by_one(account):
    found = outcomes(lambda n: sign_in("anna", f"wrong-{n}", client=f"address:192.0.2.{n}"), 20)
    assert set(found) == {"WrongSecretError", "TooManyError"}
    assert found.count("WrongSecretError") <= 6, "five free ones, and the one that starts the wait"


def test_two_first_failures_of_one_address_at_once_are_two(account):
    """The second insert of the same row is no crash (a 500 on PostgreSQL) and not lost."""
    found = outcomes(lambda n: sign_in(f"nobody{n}", "wrong", client="address:192.0.2.4"), 8)
    assert found == ["WrongSecretError"] * 8
    with db.engine().connect() as connection:
        failures = connection.exec_driver_sql("SELECT failures FROM attempt WHERE key = 'address:192.0.2.4'").scalar()
    assert failures == 8


def test_twenty_pins_at_once_are_no_more_tries_than_one_by_one(account):
    with db.transaction() as session:
        secret, _ = enrol_device(session, make_link(session, account, LinkPurpose.ENROL_DEVICE), pin="482913", label="")
    found = outcomes(lambda n: sign_in_with_pin(secret, f"{n:06d}"), 20)
    assert found.count("WrongSecretError") <= 6
    assert found.count("TooManyError") >= 14


def test_a_link_opens_one_session_even_at_one_moment(account):
    with db.transaction() as session:
        token = make_link(session, account, LinkPurpose.SIGN_IN)

    def use(_number: int) -> None:
        with db.transaction() as session:
            use_link(session, token)

    found = outcomes(use, 8)
    assert sorted(found) == ["ExpiredError"] * 7 + ["in"]


def test_forty_right_passwords_from_one_factory_at_one_moment_all_get_in(world, account):
    logins = [f"worker{n}" for n in range(40)]
    for login in logins:
        worker, _ = make_person(world, Role.MEMBER, login=login)
        with db.transaction() as session:
            session.get_one(Account, worker.id).password_hash = account.password_hash
    assert outcomes(lambda n: sign_in(logins[n], PASSWORD, client="address:192.0.2.4"), 40) == ["in"] * 40
