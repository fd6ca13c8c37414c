"""The samples of templates/style, rendered with the context that the web layer gives to every page."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Any

from contest.i18n import Language, use_language
from contest.templating import render

NONCE = "look-nonce"
LAYOUTS = {
    "index": "layouts/page.html",
    "public": "layouts/public.html",
    "tablet": "layouts/tablet.html",
    "levels": "layouts/tablet.html",
    "hall": "layouts/hall.html",
    "phone": "layouts/phone.html",
}


@dataclass(frozen=True)
class Visitor:
    name: str = "陈思远"
    is_signed_in: bool = True


def address(name: str, **_params: object) -> str:
    return f"/{name.replace('.', '/')}"


def context(language: Language = "zh-CN", **changes: Any) -> dict[str, Any]:
    return {
        "actor": Visitor(), "csrf_token": "token", "nonce": NONCE, "lang": language, "theme": "auto", "url": address,
        "nav": [("竞赛", "/", True)], "request_path": "/style", "request_query": "", "flash": [("ok", "好。")],
        "alternates": [("zh-CN", "中文", "/zh/"), ("en", "English", "/en/")], "step": 2, "steps": 5, "back_url": "/",
        "title": "现在不能这样做", "text": "考评期已经锁定。", "status_code": 409, "reference": "abc",
    } | changes  # fmt: skip


def sample(name: str, language: Language = "zh-CN", **changes: Any) -> str:
    use_language(language)
    try:
        return render(f"style/{name}.html", context(language, layout=LAYOUTS[name], **changes))
    finally:
        use_language("zh-CN")


class Elements(HTMLParser):
    """Every start tag with its attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def elements(html: str) -> list[tuple[str, dict[str, str | None]]]:
    return Elements(html).found


def chinese(html: str) -> list[str]:
    """Runs of Chinese in the text and in the attributes that are read aloud or shown."""
    return re.findall(r"[\u4e00-\u9fff]+", html)
