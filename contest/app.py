"""Builds the app: the one list of all routes, and what lower layers need from higher ones."""

from __future__ import annotations

import gc
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from importlib import import_module
from typing import Any, cast
from urllib.parse import urlencode

from granian.utils.proxies import wrap_asgi_with_proxy_headers
from litestar import Litestar, Router
from litestar.di import Provide
from litestar.exceptions import NoRouteMatchFoundException
from litestar.static_files import create_static_files_router

from contest import db, event_facts, logs, migrations
from contest.accounts.visits import actor_of_cookie
from contest.actors import PUBLIC, Actor, Role
from contest.i18n import gettext
from contest.jobs.worker import Worker
from contest.judging import live as judging_live
from contest.judging.services import on_change
from contest.ledger.timer import CheckpointTimer
from contest.overall.queries import public_tables
from contest.projects import visiting
from contest.proposals import directory
from contest.publications import board, refreshing
from contest.publications import queries as publications
from contest.settings import get_settings
from contest.studios.queries import studio_names
from contest.templating import STATIC
from contest.waiting import policy as waiting
from contest.web import forms, live, problems, security
from contest.web.pages import shell

FEATURES = (
    "accounts",
    "organizations",
    "jobs",
    "competitions",
    "entries",
    "callroom",
    "judging",
    "projects",
    "standings",
    "rechecks",
    "fairness",
    "publications",
    "overall",
    "checkpoints",
    "corrections",
    "awards",
    "certificates",
    "bulletins",
    "proposals",
    "studios",
    "erasures",
    "waiting",
    "look",
)
"""Every feature with pages: its `routes.router`, and its `policy.ROUTES` for the access matrix."""

TABLES = (
    *(name for name in FEATURES if name not in ("standings", "look", "checkpoints", "waiting")),
    "audit",
    "ledger",
    "acts",
)
"""Features with tables."""

for _feature in TABLES:
    import_module(f"contest.{_feature}.models")

MANAGERS = frozenset({Role.ADMINISTRATOR, Role.ORGANIZER})
INNOVATORS = MANAGERS | {Role.DEPARTMENT_CHECKER, Role.FINANCE_CONFIRMER, Role.MEMBER, Role.UNIT_CONTACT}
JUDGES = frozenset({Role.JUDGE, Role.CHIEF_JUDGE, Role.CLERK})
SECONDS = frozenset(Role(role) for role in waiting.ROUTES["waiting.index"])

NAVIGATION: tuple[tuple[str, str, frozenset[Role]], ...] = (
    ("竞赛", "competitions.index", MANAGERS | {Role.SUPERVISOR, Role.CHIEF_JUDGE, Role.UNIT_CONTACT}),
    ("待我办理", "waiting.index", SECONDS),
    ("检录", "callroom.home", frozenset({Role.CHECK_IN_CLERK})),
    ("我的评分", "judging.home", JUDGES),
    ("创新提案", "proposals.index", INNOVATORS),
    ("创新工作室", "studios.index", INNOVATORS),
    ("我的证书", "certificates.mine", frozenset({Role.MEMBER})),
    ("组织", "organizations.index", MANAGERS),
    ("人员", "accounts.index", MANAGERS),
)
UNDER = {"/competitions": ("/events/",)}
"""Address of a link -> what else lies under it: an event's pages are those of its competition."""


def feature_routers() -> list[Router]:
    return [import_module(f"contest.{feature}.routes").router for feature in FEATURES]


def access_rows() -> dict[str, frozenset[str]]:
    """The whole matrix, route name -> roles."""
    rows: dict[str, frozenset[str]] = {"static": frozenset({PUBLIC})}
    for feature in FEATURES:
        rows |= import_module(f"contest.{feature}.policy").ROUTES
    return rows


def _navigation(actor: Actor, path: str) -> Sequence[tuple[str, str, bool]]:
    links = [(gettext(text), shell.address(name)) for text, name, roles in NAVIGATION if actor.roles & roles]
    return [(text, address, path.startswith((address, *UNDER.get(address, ())))) for text, address in links]


def _address_builder(app: Litestar) -> Any:
    def address(name: str, **params: object) -> str:
        """The path of route `name`; what the path does not take goes to the query."""
        handler = app.get_handler_index_by_name(name)
        if handler is None:
            raise NoRouteMatchFoundException(f"no route is named {name}")
        wanted = {key for path in handler["paths"] for key in _parameters(path)}
        own = {key: str(value) for key, value in params.items() if key in wanted}
        rest = {key: str(value) for key, value in params.items() if key not in wanted and value is not None}
        return app.route_reverse(name, **own) + (f"?{urlencode(rest)}" if rest else "")

    return address


def _parameters(path: str) -> list[str]:
    return [part.split(":")[0].strip("{}") for part in path.split("/") if part.startswith("{")]


@asynccontextmanager
async def _background(_app: Litestar) -> AsyncIterator[None]:
    """The job worker, the checkpoints' timer and the boards' thread live as long as the app does."""
    threads = (Worker(), CheckpointTimer())
    for thread in threads:
        thread.start()
    refreshing.wire()
    gc.collect()
    gc.freeze()  # what is loaded stays: going through it again and again would stop every request meanwhile
    try:
        yield
    finally:
        refreshing.unwire()
        for thread in threads:
            thread.stop()


def create_app(*, database_url: str | None = None, background: bool = True) -> Litestar:
    """The application on its migrated database. `background=False` leaves jobs to the caller (tests)."""
    logs.configure()
    migrations.upgrade(db.configure(database_url or get_settings().database))
    security.register(access_rows(), actor_of_cookie)
    board.on_version(live.announce)
    directory.register(studio_names)
    event_facts.register()
    publications.register_lines(public_tables)
    visiting.register_source()
    judging_live.connect(live.announce, live.hub.versions)
    on_change(judging_live.tell_desk)
    app = Litestar(
        route_handlers=[*feature_routers(), create_static_files_router("/static", [STATIC], name="static")],
        middleware=[security.SecurityMiddleware],
        guards=[security.default_deny],
        before_request=security.check_csrf,
        dependencies={"form": Provide(forms.provide_form)},
        exception_handlers=problems.HANDLERS,
        lifespan=[_background] if background else [],
        request_max_body_size=forms.MAX_UPLOAD + 1_000_000,
        openapi_config=None,
        logging_config=None,
    )
    shell.navigation = _navigation
    shell.address = _address_builder(app)
    return app


def served() -> Any:
    """What the server runs: live streams and published pages in front of the router."""
    app = live.front(cast("Any", create_app()))
    proxies = get_settings().trusted_proxies
    return wrap_asgi_with_proxy_headers(app, proxies) if proxies else app
