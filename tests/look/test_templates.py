"""Layouts and macros: nothing inline, fragments are parts of the page, English is complete, bad text is escaped."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from jinja2 import UndefinedError

from contest.i18n import catalog, use_language
from contest.templating import environment, render
from tests.look.samples import LAYOUTS, NONCE, chinese, context, elements, sample

TEMPLATES = Path(__file__).parent.parent.parent / "templates"
SHARED = [*TEMPLATES.glob("layouts/*.html"), *TEMPLATES.glob("ui/*.html")]


@pytest.mark.parametrize("name", LAYOUTS)
def test_nothing_inline_and_every_script_has_its_nonce_on_signed_in_pages(name: str):
    html = sample(name)
    tags = elements(html)
    assert [tag for tag, attrs in tags if "style" in attrs or any(a.startswith("on") for a in attrs)] == []
    assert "<style" not in html
    assert re.findall(r"<script[^>]*>[^<]", html) == []
    if name not in ("public", "hall"):
        assert [attrs for tag, attrs in tags if tag == "script" and attrs.get("nonce") != NONCE] == []


@pytest.mark.parametrize("name", ["public", "hall"])
def test_public_pages_are_bytes_that_anybody_may_keep(name: str):
    """No nonce, no token, no name of who is signed in (design: cacheable bytes)."""
    html = sample(name)
    assert NONCE not in html
    assert "csrf" not in html
    assert "陈思远" not in html


def test_the_public_layout_needs_no_script():
    assert [tag for tag, _ in elements(sample("public")) if tag == "script"] == []


@pytest.mark.parametrize("name", LAYOUTS)
def test_whatever_htmx_drives_carries_the_nonce(name: str):
    driven = [attrs for _tag, attrs in elements(sample(name)) if any(a.startswith("hx-") for a in attrs)]
    assert [attrs for attrs in driven if attrs.get("hx-nonce") != NONCE] == []


def test_macros_put_the_nonce_on_htmx_attributes():
    source = (
        "{% from 'ui/dialog.html' import confirm_link with context %}"
        "{% from 'ui/status.html' import progress with context %}"
        "{% from 'ui/tables.html' import filter_bar with context %}"
        "{{ confirm_link('锁定', '/lock') }}{{ progress(1, 2, '导入', poll_url='/job') }}"
        "{% call filter_bar('/list', target='list') %}{% endcall %}"
    )
    html = environment().from_string(source).render(context())
    assert html.count("hx-get") == 3
    assert html.count(f'hx-nonce="{NONCE}"') == 3


@pytest.mark.parametrize("block", ["main", "aside", "breadcrumbs"])
def test_a_fragment_is_a_part_of_the_page(block: str):
    fragment = render("style/index.html", context(layout="layouts/fragment.html", blocks=(block,)))
    assert fragment.strip()
    assert fragment in sample("index")
    assert "<html" not in fragment


def test_a_mistyped_block_fails_loudly():
    with pytest.raises(UndefinedError):
        render("style/index.html", context(layout="layouts/fragment.html", blocks=("mian",)))


def test_the_error_page_and_its_fragment():
    page = render("layouts/error.html", context(layout="layouts/page.html"))
    fragment = render("layouts/error.html", context(layout="layouts/fragment.html", blocks=("problem",)))
    assert fragment in page
    assert "409" in fragment
    assert "考评期已经锁定。" in fragment


def test_every_text_of_layouts_and_macros_has_its_english():
    found = {m for path in SHARED for m in re.findall(r"_\('([^']+)'\)", path.read_text(encoding="utf-8"))}
    assert len(found) > 50
    assert {message for message in found if message not in catalog()} == set()


def test_no_chinese_in_layouts_and_macros_escapes_translation():
    for path in SHARED:
        text = re.sub(r"\{#.*?#\}", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        rest = re.sub(r"_\('[^']+'\)", "", text).replace("中文</button>", "").replace('aria-hidden="true">竞赛<', "")
        assert chinese(rest) == [], path.name


def test_an_english_shell_shows_english():
    use_language("en")
    try:
        values = context("en", layout="layouts/page.html", nav=[], flash=[])
        html = environment().from_string("{% extends layout %}").render(values)
    finally:
        use_language("zh-CN")
    rest = html.replace(">中文<", "").replace("竞赛</span>", "").replace("陈思远", "")
    assert chinese(rest) == []
    assert "Labour and Skills Competitions" in html


def test_what_was_typed_is_kept_and_escaped():
    source = (
        "{% from 'ui/forms.html' import text_field, number_field, textarea_field, select_field with context %}"
        "{{ text_field('a', '甲', evil) }}{{ number_field('b', '乙', '１２。５', error=evil, decimals=1) }}"
        "{{ textarea_field('c', '丙', evil) }}{{ select_field('d', '丁', [(1, '一'), (2, '二')], '2') }}"
    )
    html = environment().from_string(source).render(context(evil='"><script>alert(1)</script>'))
    assert "<script>" not in html
    assert html.count("&lt;script&gt;") == 3
    assert 'value="１２。５"' in html
    assert '<option value="2" selected>' in html
    assert 'aria-describedby="f-b-error"' in html


def test_pagination_shows_ends_and_neighbours():
    source = "{% from 'ui/tables.html' import pagination with context %}{{ pagination(10, 20, 1000, href) }}"
    html = environment().from_string(source).render(context(href=lambda n: f"?page={n}"))
    assert re.findall(r'href="\?page=(\d+)"', html) == ["9", "1", "8", "9", "11", "12", "20", "11"]
    assert html.count("…") == 2


def test_a_password_is_never_sent_back():
    imported = "{% from 'ui/forms.html' import text_field with context %}"
    source = imported + "{{ text_field('p', '口令', 'secret', type='password') }}"
    assert "secret" not in environment().from_string(source).render(context())
