"""Tokens: both dark blocks say the same, and every pair of colours that carries text can be read."""

from __future__ import annotations

import re

import pytest

from tests.look.colours import CSS, blocks, contrast, themes

AA, AAA, EDGE = 4.5, 7.0, 3.0
SURFACES = ("--paper", "--sheet", "--tint")
MEANINGS = ("ok", "warn", "bad", "info", "chosen", "gold")


def test_contrast_formula_gives_the_published_values():
    assert contrast("#000000", "#ffffff") == pytest.approx(21.0)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.005)  # WCAG's well-known first AA grey


def test_dark_by_choice_equals_dark_by_the_system():
    _light, system, chosen = blocks()
    assert system == chosen
    assert len(chosen) > 20


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_text_colours_are_aa_on_every_surface_and_on_their_own_wash(theme: str):
    tokens = themes()[theme]
    pairs = [(f"--{name}", surface) for name in (*MEANINGS, "ink", "ink-soft", "red") for surface in SURFACES]
    pairs += [(f"--{name}", f"--{name}-wash") for name in (*MEANINGS, "red")]
    pairs += [("--on-red", "--red-fill"), ("--on-red", "--red-press"), ("--on-inverse", "--inverse")]
    weak = {pair: contrast(tokens[pair[0]], tokens[pair[1]]) for pair in pairs}
    assert {pair: round(value, 2) for pair, value in weak.items() if value < AA} == {}


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_score_sheet_and_the_hall_are_aaa(theme: str):
    tokens = themes()[theme]
    pairs = [("--ink", surface) for surface in SURFACES] + [("--ink-soft", "--paper"), ("--bad", "--sheet")]
    assert [pair for pair in pairs if contrast(tokens[pair[0]], tokens[pair[1]]) < AAA] == []
    sheet = (CSS / "components" / "score.css").read_text(encoding="utf-8")
    fills = re.findall(r"--red-(?:fill|press): (#\w{6})", sheet)
    assert len(fills) == 2
    assert [fill for fill in fills if contrast("#ffffff", fill) < AAA] == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_edges_of_controls_are_seen(theme: str):
    tokens = themes()[theme]
    assert [s for s in SURFACES if contrast(tokens["--edge"], tokens[s]) < EDGE] == []


def test_every_variable_that_is_used_is_defined():
    texts = {path: path.read_text(encoding="utf-8") for path in CSS.rglob("*.css")}
    defined = {name for text in texts.values() for name in re.findall(r"(--[\w-]+)\s*:", text)}
    used = {(path.name, name) for path, text in texts.items() for name in re.findall(r"var\((--[\w-]+)\)", text)}
    assert {(file, name) for file, name in used if name not in defined} == set()


def test_colours_come_from_the_tokens():
    # printed paper is white, the score sheet has an AAA red, a dialog has a veil behind it,
    # and a QR code stands on white (background: #fff) in the dark too
    allowed = {"tokens.css", "print.css", "score.css", "dialog.css"}
    strange = {}
    for path in CSS.rglob("*.css"):
        text = re.sub(r"url\([^)]*\)|background: #fff(?:fff)?;", "", path.read_text(encoding="utf-8"))
        if path.name not in allowed and (found := re.findall(r"#[0-9a-fA-F]{3,8}\b|\brgb\(|\boklch\(", text)):
            strange[path.name] = found
    assert strange == {}


def test_every_rule_lives_in_a_layer():
    for path in CSS.rglob("*.css"):
        text = re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.DOTALL).strip()
        layer = {"components": "components", "features": "features"}.get(path.parent.name, path.stem)
        expected = "@layer reset, tokens" if path.stem == "layers" else f"@layer {layer} {{"
        assert text.startswith(expected), path.name
