"""Real PDFs, read back by another library and looked at as pictures."""

import io
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from pypdf import PdfReader

from contest.documents import fonts
from contest.documents.pdf import Renderer, html_to_pdf, render_pdf, require_glyphs
from contest.documents.qr import qr_png
from contest.documents.refusals import PdfFailed
from contest.documents.sandbox import MIB, Limits
from contest.templating import environment

CHARACTERS = "䶮㛃𬱖𠅤㐂𱁬"
PAGE = """{% extends "documents/base.html" %}{% block title %}算分单{% endblock %}
{% block footer %}存证 1a2b{% endblock %}
{% block main %}<h1>算分单</h1>
<table><thead><tr><th>评分点</th><th class="num">分数</th></tr></thead>
{% for n in range(90) %}<tr><td>第 {{ n }} 点</td><td class="num">{{ n }}.50</td></tr>{% endfor %}</table>
{% endblock %}"""


def texts(pdf: bytes) -> list[str]:
    return ["".join((page.extract_text() or "").split()) for page in PdfReader(io.BytesIO(pdf)).pages]


def pixels(pdf: bytes, tmp_path: Path, dpi: int = 80) -> Any:
    """The first page as a grey picture."""
    (tmp_path / "x.pdf").write_bytes(pdf)
    subprocess.run(["pdftoppm", "-r", str(dpi), "-gray", "-png", "-singlefile", "x.pdf", "x"], cwd=tmp_path, check=True)
    return Image.open(tmp_path / "x.png")


@pytest.fixture
def renderer() -> Iterator[Renderer]:
    pool = Renderer(limits=Limits(memory=1024 * MIB), seconds=120)  # a first document loads the whole engine
    yield pool
    pool.close()


def test_the_base_page_has_header_footer_and_page_numbers_on_every_page() -> None:
    html = environment().from_string(PAGE).render()
    pdf = render_pdf(html)
    assert pdf.refused == ()
    pages = texts(pdf.content)
    assert pdf.pages == len(pages) == 3
    for number, text in enumerate(pages, 1):
        assert f"第{number}页，共3页" in text
        assert "存证1a2b" in text
        assert "评分点分数" in text, "the table's head stands on every page"
    assert "第89点89.50" in pages[-1]
    box = PdfReader(io.BytesIO(pdf.content)).pages[0].mediabox
    assert (round(float(box.width)), round(float(box.height))) == (595, 842)


def test_the_template_names_the_same_font_stacks_as_the_glyph_check() -> None:
    css = (Path(__file__).parents[2] / "templates" / "documents" / "print.css").read_text(encoding="utf-8")
    for name in fonts.STACKS:
        assert f"--{name}: {fonts.css_stack(name)};" in css


def test_the_same_document_gives_the_same_bytes() -> None:
    html = "<html><body><p>荣誉证书 张三</p></body></html>"
    assert html_to_pdf(html) == html_to_pdf(html)


def test_assets_are_found_by_name_and_nothing_else_is() -> None:
    html = '<html><head><link rel=stylesheet href="asset:a.css"></head><body><img src="asset:qr"><img src="asset:no">'
    pdf = render_pdf(html, {"qr": qr_png("x"), "a.css": b"body::after{content:'styled'}"})
    assert "styled" in texts(pdf.content)[0]
    assert len(PdfReader(io.BytesIO(pdf.content)).pages[0].images) == 1
    assert pdf.refused == ("asset:no",)


def test_rare_characters_are_there_as_text_and_as_ink(tmp_path: Path) -> None:
    for stack in fonts.STACKS:
        for character in CHARACTERS:
            style = f"@page{{size:40mm;margin:0}}body{{font:30mm/1.2 {fonts.css_stack(stack)};margin:0}}"
            pdf = html_to_pdf(f"<html><head><style>{style}</style></head><body>{character}</body></html>")
            assert character in texts(pdf)[0]
            dark = pixels(pdf, tmp_path).histogram()
            assert sum(dark[:128]) > 300, f"{character} in {stack} printed as (almost) nothing"


def test_a_character_without_any_font_blocks_the_document_by_name() -> None:
    with pytest.raises(PdfFailed) as failure:
        require_glyphs("张三\ue123\U0003fffd")
    assert "U+E123" in failure.value.words()
    assert "U+3FFFD" in failure.value.words()
    require_glyphs("张三 " + CHARACTERS)


def test_a_document_that_takes_too_long_is_stopped_and_the_next_one_works(renderer: Renderer) -> None:
    endless = "<table>" * 60 + "<tr><td>x</td></tr>" * 20_000
    renderer._seconds = 3
    with pytest.raises(PdfFailed) as failure:
        renderer.render(endless)
    assert failure.value.code in {"timeout", "memory"}
    renderer._seconds = 120
    assert renderer.render("<p>ok</p>").pages == 1


def test_a_document_that_wants_too_much_memory_is_stopped_and_the_next_one_works() -> None:
    pool = Renderer(limits=Limits(memory=300 * MIB), seconds=20)
    with pytest.raises(PdfFailed) as failure:
        pool.render("<p>字</p>" * 40_000)
    assert failure.value.code in {"timeout", "memory"}
    pool.close()


def test_a_closed_pool_starts_again(renderer: Renderer) -> None:
    renderer.render("<p>1</p>")
    renderer.close()
    assert renderer.render("<p>2</p>").pages == 1
