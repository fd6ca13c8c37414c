"""What tests share: where the published data lie, a small tree with people, signing in."""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from litestar.testing import TestClient
from sqlmodel import Session

from contest import db
from contest.accounts import services as accounts
from contest.accounts.models import Account
from contest.accounts.queries import account_by_login, actor_for
from contest.accounts.signing_in import start_session
from contest.accounts.visits import load_actor
from contest.actors import SYSTEM, Actor, Grant, Role
from contest.competitions.models import UNSEALABLE, Event, Period
from contest.entries.queries import is_blind
from contest.entries.unsealing import confirm_unsealing, propose_unsealing
from contest.judging.unlocking import ask_unlock, confirm_unlock
from contest.organizations import services as organizations
from contest.organizations.models import Organization, OrganizationKind
from contest.web.security import session_cookie_name

SHARED = Path(__file__).parent.parent.parent / "shared"
REDIS = os.environ.get("TEST_REDIS_URL", "redis://127.0.0.1:6379/15")


def run_apart(work: Coroutine[Any, Any, Any]) -> Any:
    """Runs `work` on a loop in a thread of its own: the browser's loop may be running in this one."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, work).result()


def missing(what: str) -> None:
    """A service that is not there: a skip that says so, but a failure where CI promises it."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"{what} must be there in CI")
    pytest.skip(f"{what} does not answer on its usual local port")


def says(text: str, code: str) -> bool:
    """Whether a page says a blind code, as a word of its own: a random token may hold its four signs by chance."""
    return re.search(rf"(?<![\w-]){re.escape(code)}(?![\w-])", text, re.ASCII) is not None


@dataclass
class World:
    """A small tree with people: a city union (the tenant), a county, two enterprises with a team each."""

    city: Organization
    county: Organization
    plant: Organization
    works: Organization
    team: Organization

    def organization(self, name: str) -> Organization:
        return getattr(self, name)


def build_world(session: Session) -> World:
    add = organizations.add_organization
    city = add(session, SYSTEM, None, kind=OrganizationKind.CITY, name="海宁市总工会")
    county = add(session, SYSTEM, city, kind=OrganizationKind.COUNTY, name="盐官镇总工会")
    plant = add(session, SYSTEM, county, kind=OrganizationKind.ENTERPRISE, name="钱江机械有限公司")
    works = add(session, SYSTEM, county, kind=OrganizationKind.ENTERPRISE, name="海塘建设集团")
    team = add(session, SYSTEM, plant, kind=OrganizationKind.TEAM, name="装配一班")
    return World(city, county, plant, works, team)


def make_person(
    world: World, role: Role | None, *, login: str = "", at: str = "city", competition_id: str | None = None
) -> tuple[Account, Actor]:
    """An account of `role` over the organization `at`, and the actor it signs in as."""
    with db.transaction() as session:
        organization = world.organization(at)
        name = login or (role.value if role else "nobody")
        existing = account_by_login(session, name)
        account = existing or accounts.create_account(
            session, SYSTEM, login=name, name=f"测试{name}", organization=organization
        )
        if role:
            accounts.grant_role(session, SYSTEM, account, role, organization, competition_id)
        session.flush()
        return account, actor_for(session, account)


def unseal(event: Event) -> None:
    """Opens the codes of a locked event as two people do, if it is blind and not open yet."""
    with db.transaction() as session:
        fresh = session.get_one(Event, (event.tenant_id, event.id))
        if fresh.state not in UNSEALABLE or fresh.unsealed_at is not None or not is_blind(session, fresh):
            return
        first, second = (
            Actor(account_id=f"opener-{role}", name=role.value, grants=(Grant(role, event.tenant_id, "/"),))
            for role in (Role.ENCRYPTION_OFFICER, Role.SUPERVISOR)
        )
        act = propose_unsealing(session, first, fresh)
        confirm_unsealing(session, second, fresh, act.id)


def sign_in(client: TestClient, account: Account) -> Actor:
    """Gives the client a session of `account`; returns the actor (its csrf_token goes into forms)."""
    with db.transaction() as session:
        token = start_session(session, account)
    client.cookies.set(session_cookie_name(), token)
    return load_actor(token)


def unlock(session: Session, period: Period, reason: str = "录入有误") -> None:
    """Opens a locked period again, by two persons where that takes two."""
    first, second = (
        Actor(account_id=f"unlocker-{role}", name=role.value, grants=(Grant(role, period.tenant_id, "/"),))
        for role in (Role.ORGANIZER, Role.SUPERVISOR)
    )
    act = ask_unlock(session, first, period, reason)
    if act is not None:
        confirm_unlock(session, second, period.id, act.id)
