"""Chinese first, English second: every message has its English, no message is stale, no English on a Chinese page."""

import ast
import re
from functools import lru_cache
from pathlib import Path

import pytest
from babel.messages.extract import extract_python
from babel.messages.pofile import read_po
from jinja2 import Environment
from jinja2.ext import babel_extract

from contest.settings import PROJECT_ROOT

CATALOGS = PROJECT_ROOT / "contest" / "locales" / "en"
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]")
CHINESE = re.compile(r"[\u3400-\u9fff]")


@lru_cache(maxsize=1)
def used() -> dict[str, str]:
    """Every msgid in templates and code -> where it stands."""
    found: dict[str, str] = {}
    for path in (PROJECT_ROOT / "templates").rglob("*.html"):
        with path.open("rb") as file:
            options = {"extensions": "jinja2.ext.do", "trim_blocks": "true", "lstrip_blocks": "true"}
            for _, _, message, _ in babel_extract(file, ["_", "gettext", "ngettext:1,2"], (), options):
                for text in message if isinstance(message, tuple) else (message,):
                    if text:
                        found.setdefault(text, str(path.relative_to(PROJECT_ROOT)))
    for path in (PROJECT_ROOT / "contest").rglob("*.py"):
        with path.open("rb") as file:
            for _, _, message, _ in extract_python(file, ["_", "gettext", "N_", "translate"], (), {}):
                if isinstance(message, str):
                    found.setdefault(message, str(path.relative_to(PROJECT_ROOT)))
    return found


@lru_cache(maxsize=1)
def bare_texts() -> set[str]:
    """Chinese literals of code that are translated where they are shown (tables of names)."""
    found = set()
    for path in (PROJECT_ROOT / "contest").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and CHINESE.search(node.value):
                found.add(node.value)
    return found


@lru_cache(maxsize=1)
def catalogs() -> dict[Path, dict[str, str]]:
    found: dict[Path, dict[str, str]] = {}
    for path in sorted(CATALOGS.glob("*.po")):
        with path.open("rb") as file:
            found[path] = {m.id: m.string for m in read_po(file) if isinstance(m.id, str) and m.id}
    return found


def english() -> dict[str, str]:
    merged: dict[str, str] = {}
    for texts in catalogs().values():
        merged |= {k: v for k, v in texts.items() if v}
    return merged


def test_every_message_has_its_english():
    missing = {text: where for text, where in used().items() if CHINESE.search(text) and text not in english()}
    assert not missing


def test_no_catalog_keeps_a_message_that_nobody_shows():
    shown = set(used()) | bare_texts()
    stale = {f"{path.name}: {text}" for path, texts in catalogs().items() for text in texts if text not in shown}
    assert not stale


def test_the_parameters_of_a_message_are_those_of_its_english():
    wrong = {k: v for k, v in english().items() if set(PLACEHOLDER.findall(k)) != set(PLACEHOLDER.findall(v))}
    assert not wrong


def test_the_english_is_english():
    allowed = re.compile(r"[（）“”]")
    wrong = {k: v for k, v in english().items() if CHINESE.search(allowed.sub("", v)) and "中文" not in v}
    assert not wrong


def test_no_template_shows_chinese_that_is_not_marked_for_translation():
    """Chinese outside _() would stand on English pages; documents in Chinese by nature say so in their first line."""
    env = Environment(extensions=["jinja2.ext.do"], autoescape=True)
    bare = []
    for path in (PROJECT_ROOT / "templates").rglob("*.html"):
        text = path.read_text()
        if "chinese-only" in text[:200] or "style" in path.parts:
            continue
        for line, kind, value in env.lex(text):
            if kind == "data" and CHINESE.search(value) and "中文" not in value and "竞赛</span>" not in value:
                bare.append(f"{path.relative_to(PROJECT_ROOT)}:{line}: {value.strip()[:40]}")
    assert not bare


@pytest.mark.parametrize("path", sorted(CATALOGS.glob("*.po")), ids=lambda p: p.name)
def test_a_catalog_can_be_read(path):
    assert catalogs()[path]
