"""Plain Jinja: one environment, the filters, versioned static addresses. Knows nothing of HTTP."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from contest.i18n import current_language, gettext
from contest.settings import PROJECT_ROOT

TEMPLATES = PROJECT_ROOT / "templates"
STATIC = PROJECT_ROOT / "static"
BEIJING = timezone(timedelta(hours=8), "Asia/Shanghai")


@lru_cache(maxsize=512)
def static(path: str) -> str:
    """The address of a static file with its content's digest, so that browsers may keep it for ever."""
    digest = hashlib.sha256((STATIC / path).read_bytes()).hexdigest()[:10]
    return f"/static/{path}?v={digest}"


def format_date(value: date | datetime | None) -> str:
    """2026年11月21日 in Chinese, 21 November 2026 in English; Beijing time."""
    if value is None:
        return "—"
    day = value.astimezone(BEIJING) if isinstance(value, datetime) else value
    if current_language() == "en":
        return f"{day.day} {day:%B %Y}"
    return f"{day.year}年{day.month}月{day.day}日"


def format_time(value: datetime | None) -> str:
    """2026-11-21 10:42, Beijing time, 24 hours."""
    return f"{value.astimezone(BEIJING):%Y-%m-%d %H:%M}" if value else "—"


def format_clock(value: datetime | None) -> str:
    return f"{value.astimezone(BEIJING):%H:%M:%S}" if value else "—"


def format_number(value: Decimal | Fraction | int | str | None, places: int | None = None) -> str:
    """An exact number with its own places (or `places`), grouped by thousands; — when there is none."""
    if value is None or value == "":
        return "—"
    number = Decimal(value.numerator) / Decimal(value.denominator) if isinstance(value, Fraction) else Decimal(value)
    return f"{number:,f}" if places is None else f"{number:,.{places}f}"


def fill(text: str, /, **params: object) -> str:
    """`text` % params: {{ _('还有 %(n)s 位裁判没有提交')|fill(n=3) }}."""
    return text % params


def _environment() -> Environment:
    env = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.do"],
    )
    env.globals.update(
        _=gettext,
        gettext=gettext,
        ngettext=lambda one, many, n: gettext(one if n == 1 else many),
        static=static,
        layout="layouts/page.html",
        blocks=(),
    )
    env.filters.update(
        date=format_date, time=format_time, clock=format_clock, number=format_number, fill=fill, markup=Markup
    )
    return env


@lru_cache(maxsize=1)
def environment() -> Environment:
    return _environment()


def render(template: str, context: Mapping[str, Any]) -> str:
    """The text of `template` with `context`."""
    return environment().get_template(template).render(context)
