"""The README tells the truth, and the code stays within its budget (files 400 lines, functions 50)."""

import ast
import re

import pytest

from contest.settings import PROJECT_ROOT, Settings

README = (PROJECT_ROOT / "README.md").read_text()
CODE = [p for p in (PROJECT_ROOT / "contest").rglob("*.py") if "versions" not in p.parts]


def test_every_place_the_readme_names_exists():
    names = re.findall(r"`((?:contest|templates|static|seeds|docs|tests|bench)/[\w<>./-]*)`", README)
    assert len(names) > 15
    for name in names:
        place = name.replace("<feature>", "entries")
        assert (PROJECT_ROOT / place).exists(), name


def test_every_picture_of_the_readme_exists():
    for name in re.findall(r"\]\((docs/images/[\w.-]+)\)", README):
        assert (PROJECT_ROOT / name).is_file(), name


def test_every_setting_is_documented_with_its_default():
    text = (PROJECT_ROOT / "docs" / "running.md").read_text()
    for name in Settings.model_fields:
        assert f"`{name.upper()}`" in text, name


def test_the_make_targets_of_the_readme_exist():
    makefile = (PROJECT_ROOT / "Makefile").read_text()
    for target in set(re.findall(r"\bmake (run|test|check|bench|setup|verify.pyz|help)\b", README)):
        assert re.search(rf"^{re.escape(target)}:", makefile, re.MULTILINE), target


@pytest.mark.parametrize("pattern", ["contest/**/*.py", "tests/**/*.py", "templates/**/*.html", "static/css/**/*.css"])
def test_no_file_is_longer_than_400_lines(pattern):
    files = [p for p in PROJECT_ROOT.glob(pattern) if "versions" not in p.parts and "vendor" not in p.parts]
    assert files
    assert not {str(p.relative_to(PROJECT_ROOT)): n for p in files if (n := p.read_text().count("\n")) > 400}


def test_no_function_is_longer_than_50_lines():
    long = {}
    for path in CODE:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or 0) - node.lineno + 1
                if lines > 50:
                    long[f"{path.relative_to(PROJECT_ROOT)}:{node.name}"] = lines
    assert not long
