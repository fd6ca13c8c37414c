"""The paper itself: text that can be read back, one page, the QR code, no box where a rare name should be."""

import io

import pikepdf
import pypdf
import pytest
import segno

from contest.certificates.models import Certificate
from contest.certificates.rendering import (
    certificate_pdf,
    check_printable,
    file_name,
    merged_pdf,
    verification_address,
    zipped,
)
from contest.certificates.wording import words_of
from contest.documents.fonts import missing_glyphs
from contest.documents.qr import qr_png
from contest.documents.refusals import PdfFailed

LONG = "欧阳龘䶮㛃𬭎" * 50  # 300 letters
UNPRINTABLE = "\ue000"  # private use: no font can know it


def make(**changes):
    values = {
        "tenant_id": "t", "id": "c", "event_id": "e", "award_id": "a", "number": "2026-22222-2222A",
        "recipient": "张䶮", "unit": "舟山港务集团", "competition_title": "2026年港口职工技能竞赛",
        "event_title": "桥吊司机", "award_title": "一等奖", "issuer": "舟山市总工会", "issued_on": "2026-11-21",
        "publication_version": 2, "publication_digest": "ab12cd34ef5600",
    }  # fmt: skip
    return Certificate(**values | changes)


def text_of(content):
    pages = pypdf.PdfReader(io.BytesIO(content)).pages
    return len(pages), "".join("".join(page.extract_text().split()) for page in pages)


def test_the_sentences_of_a_person():
    words = words_of(make())
    assert (words.lead, words.name, words.address) == ("舟山港务集团", "张䶮", " 同志：")
    assert words.body == "在2026年港口职工技能竞赛“桥吊司机”项目中荣获"
    assert words.day == "2026年11月21日"


@pytest.mark.parametrize(
    ("changes", "address", "body"),
    [
        ({"entry_kind": "team", "recipient": "舟山港务集团一队"}, "舟山港务集团一队：", "在"),
        ({"entry_kind": "project", "recipient": "西堠门大桥", "unit": "甬舟铁路"}, "甬舟铁路：",
         "“西堠门大桥”工程，在"),
        ({"entry_kind": "proposal", "recipient": "快速对中装置", "members": "王芳"}, "舟山港务集团王芳 同志：",
         "提出的《快速对中装置》，在"),
        ({"entry_kind": "case", "recipient": "师徒结对", "members": "王芳\n李明"}, "舟山港务集团王芳、李明：",
         "案例《师徒结对》，在"),
    ],
)  # fmt: skip
def test_the_sentences_of_others(changes, address, body):
    words = words_of(make(**changes))
    assert words.lead + words.name + words.address == address
    assert words.body.startswith(body)


def test_an_event_named_like_its_competition_is_named_once():
    assert words_of(make(event_title="2026年港口职工技能竞赛")).body == "在2026年港口职工技能竞赛中荣获"


def test_everything_stands_on_one_page():
    pages, text = text_of(certificate_pdf(make()))
    assert pages == 1
    for words in ("荣誉证书", "张䶮", "同志：", "桥吊司机", "一等奖", "特发此证，以资鼓励。", "舟山市总工会",
                  "2026年11月21日", "2026-22222-2222A", "第2版", "ab12cd34ef56", "（盖章处）"):  # fmt: skip
        assert words in text, words


def test_it_is_a4_landscape_with_embedded_subsets_only():
    with pikepdf.open(io.BytesIO(certificate_pdf(make()))) as document:
        box = [round(float(value) * 25.4 / 72) for value in document.pages[0].mediabox]
    assert box == [0, 0, 297, 210]


@pytest.mark.parametrize("bilingual", [False, True])
def test_three_hundred_letters_everywhere_still_fit(bilingual):
    long = make(recipient=LONG, unit=LONG, competition_title=LONG[:200], event_title=LONG[:200],
                award_title=LONG[:200], issuer=LONG, bilingual=bilingual)  # fmt: skip
    pages, text = text_of(certificate_pdf(long))
    assert pages == 1
    assert text.count(LONG) >= 3
    assert "特发此证，以资鼓励。" in text


def test_bilingual():
    english = make(bilingual=True, competition_title_en="Port Skills 2026", event_title_en="Quay crane")
    _, text = text_of(certificate_pdf(english))
    assert "wasawardedFirstPrizeinPortSkills2026–Quaycrane,21November2026." in text
    assert "荣誉证书" in text


def test_markup_in_a_name_is_text():
    _, text = text_of(certificate_pdf(make(recipient="<b>王</b>&<img src='file:///etc/passwd'>")))
    assert "<b>王</b>&" in text


def test_a_character_that_no_font_prints_blocks_and_is_named():
    assert missing_glyphs(UNPRINTABLE, ("kai",)) == [UNPRINTABLE]
    check_printable(make())
    with pytest.raises(PdfFailed) as caught:
        check_printable(make(recipient=f"王{UNPRINTABLE}"))
    assert "U+E000" in caught.value.words()


def test_the_qr_code_says_the_public_address():
    address = verification_address("2026-22222-2222A")
    assert address.endswith("/zh/verify/2026-22222-2222A")
    code = segno.make_qr(address, error="m", mask=2, boost_error=False)
    assert code.designator.endswith("-M")
    expected = io.BytesIO()
    code.save(expected, kind="png", scale=6, border=2)
    assert qr_png(address, scale=6, border=2) == expected.getvalue()
    with pikepdf.open(io.BytesIO(certificate_pdf(make()))) as document:
        images = [image for page in document.pages for image in page.get_images()]
    assert len(images) == 1


def test_a_book_has_every_page_and_a_zip_every_file():
    one = certificate_pdf(make())
    assert text_of(merged_pdf([one, one, one]))[0] == 3
    assert zipped([("a.pdf", one)]) == zipped([("a.pdf", one)])


def test_file_names_hold_nothing_a_file_system_refuses():
    name = file_name(make(recipient='../王\n"一"', award_title="一/二等奖"))
    assert name == "2026-22222-2222A .._王__一_ 一_二等奖.pdf"
