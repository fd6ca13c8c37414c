"""Every form of every page, filled by somebody who means harm: a sentence and 4xx, never a crash, never a hang.

The forms are found by walking the pages, so a new feature's are tried without a line here. On PostgreSQL: what SQLite
shrugs off (too long a text, a number beyond 64 bits, U+0000, half a letter) it answers with an error.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urlencode

import pytest
from litestar.testing import TestClient

from contest import db
from contest.actors import SYSTEM, Role
from contest.app import feature_routers
from contest.competitions.services import create_event, save_rule_set
from contest.jobs.worker import run_pending
from contest.proposals.services import submit
from contest.studios.models import StudioKind
from contest.studios.services import register_studio
from tests.attacks.intruder import links
from tests.judging.scenery import RULES, build_contest
from tests.projects.scenery import build_site
from tests.support import make_person, sign_in

HOSTILE = (
    "x" * 5000, "9" * 5000, "-1", "²", "1e999", "NaN", "\x00", "0000-00-00", "[[[", "\u202e\ud83d",
    "9223372036854775808", "%s%n%(x)s",
)  # fmt: skip
LEFT_ALONE = ("/sign-out", "/disable", "/me/password")
SECONDS = 5.0
MOST_PAGES = 40


@dataclass
class Sheet:
    """One form of a page."""

    action: str
    boxes: dict[str, str] = field(default_factory=dict)
    files: list[str] = field(default_factory=list)


class Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[Sheet] = []
        self.inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {key: value or "" for key, value in attrs}
        if tag == "form":
            self.inside = given.get("method", "get").lower() == "post"
            if self.inside:
                self.found.append(Sheet(given.get("action", "")))
        elif self.inside and tag in ("input", "select", "textarea", "button") and given.get("name"):
            if given.get("type") == "file":
                self.found[-1].files.append(given["name"])
            else:
                self.found[-1].boxes.setdefault(given["name"], given.get("value", ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.inside = False


def forms_of(client: TestClient, starts: list[str], most: int) -> Iterator[Sheet]:
    """The forms of the pages reached from `starts`, each kind of address once."""
    waiting, seen, kinds = list(starts), set(starts), set()
    while waiting and most:
        path = waiting.pop(0)
        response = client.get(path, follow_redirects=False)
        assert response.status_code < 500, path
        if "text/html" not in response.headers.get("content-type", ""):
            continue
        most -= 1
        parser = Forms()
        parser.feed(response.text)
        for form in parser.found:
            form.action = form.action or path
            shape = (shape_of(form.action), *sorted(form.boxes))
            if shape not in kinds and not form.action.endswith(LEFT_ALONE):
                kinds.add(shape)
                yield form
        for link in sorted(links(response.text)):
            bare = link.partition("#")[0]
            if link.startswith("/") and bare not in seen and not link.startswith("/static"):
                seen.add(bare)
                waiting.append(bare)


def shape_of(address: str) -> str:
    """The address without its ids."""
    return "/".join(
        "…" if any(sign.isdigit() for sign in part) else part for part in address.partition("?")[0].split("/")
    )


def bent(form: Sheet, evil: str) -> Iterator[dict[str, str]]:
    """Every box hostile; each of the first boxes alone, the others as the page filled them; hostile names of boxes."""
    own = {key: value for key, value in form.boxes.items() if key != "csrf_token"}
    filled = {key: value or "1" for key, value in own.items()}
    yield dict.fromkeys(own, evil)
    yield own | {f"{key.rpartition('|')[0]}|{evil[:9]}": "1" for key in own if "|" in key}
    yield from (filled | {key: evil} for key in list(own)[:2])


def send(client: TestClient, form: Sheet, boxes: dict[str, str], evil: str):
    """As a browser would; half a surrogate pair goes as the bytes that it is."""
    if form.files:
        files = {name: ("x.csv", evil.encode("utf-8", "replace"), "text/csv") for name in form.files}
        plain = {
            key.encode("utf-8", "replace").decode(): text.encode("utf-8", "replace") for key, text in boxes.items()
        }
        return client.post(form.action, data=plain, files=files, follow_redirects=False)
    raw = urlencode(
        [(key.encode("utf-8", "surrogatepass"), text.encode("utf-8", "surrogatepass")) for key, text in boxes.items()]
    )
    headers = {"content-type": "application/x-www-form-urlencoded"}
    return client.post(form.action, content=raw, headers=headers, follow_redirects=False)


@pytest.fixture
def boss(client: TestClient) -> tuple[TestClient, str, list[str]]:
    """Somebody with every role in a small contest, signed in; their CSRF token, and the pages to begin at."""
    contest = build_contest()
    for role in (Role.ORGANIZER, Role.UNIT_CONTACT, Role.DEPARTMENT_CHECKER, Role.FINANCE_CONFIRMER, Role.SUPERVISOR):
        account, actor = make_person(contest.world, role, login="boss")
    with db.transaction() as session:
        register_studio(session, SYSTEM, contest.world.plant, kind=StudioKind.MODEL_WORKER, name="工作室", leader="李")
        submit(session, actor, title="提案", problem="问题", idea="办法", expected_benefit="")
        draft = create_event(session, SYSTEM, contest.competition, title="钳工")
        save_rule_set(session, SYSTEM, draft, RULES)
    tails = ("", "/entries", "/panel", "/desk", "/clerk", "/rules", "/factors", "/draw", "/projects", "/fairness")
    starts = [f"/events/{event.id}{tail}" for event in (contest.event, draft) for tail in tails]
    token = sign_in(client, account).csrf_token
    return client, token, [*starts, "/competitions", "/people", "/studios", "/proposals", "/organizations", "/me"]


ON_POSTGRESQL = pytest.mark.parametrize(
    "database", [pytest.param("postgresql", marks=pytest.mark.postgresql)], indirect=True
)


@ON_POSTGRESQL
def test_no_form_crashes_or_hangs(boss):
    client, token, starts = boss
    tried, strange = 0, []
    for form in list(forms_of(client, starts, MOST_PAGES)):
        for evil in HOSTILE:
            for boxes in bent(form, evil):
                began = time.process_time()
                status = send(client, form, {"csrf_token": token} | boxes, evil).status_code
                took = time.process_time() - began
                tried += 1
                if status >= 500 or took > SECONDS:
                    strange.append((form.action, evil[:20], status, round(took, 1), sorted(boxes)[:6]))
    run_pending()
    assert strange == []
    assert tried > 300


IDS = ("%00", "x" * 300, "%ED%A0%BD", "%2e%2e%2f", "'--", "9" * 30)
QUERY = "&".join(
    f"{name}=%00%27{'9' * 30}" for name in ("q", "sort", "page", "only", "period", "judge", "unit", "state")
)


@ON_POSTGRESQL
def test_no_address_crashes(boss):
    """Ids and questions that nobody could be given a link with."""
    client, _, _ = boss
    paths = {
        re.sub(r"\{\w+:(\w+)\}", lambda part, each=each: "9" * 30 if part[1] == "int" else each, route.path)
        for router in feature_routers() for route in router.routes for each in IDS
    }  # fmt: skip
    strange = []
    for path in sorted(paths):
        status = client.get(f"{path}?{QUERY}", follow_redirects=False).status_code
        if status >= 500:
            strange.append((path[:120], status))
    assert strange == []


def test_a_box_of_a_distant_number_draws_no_thousand_million_rows(client, world):
    site = build_site(world)
    token = sign_in(client, site.people["organizer"][0]).csrf_token
    for number in ("99999999999", "²", "9" * 5000):
        began = time.process_time()
        fields = {"csrf_token": token, f"name|{number}": "节点", "contractor": ""}
        assert client.post(f"/events/{site.event.id}/projects", data=fields).status_code == 422
        assert time.process_time() - began < SECONDS
