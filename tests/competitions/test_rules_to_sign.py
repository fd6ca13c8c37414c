"""The rule set as a document to sign: articles, digest, versions; page and PDF say the same."""

import io

import pytest
from pypdf import PdfReader

from contest import db
from contest.actors import Role
from contest.competitions import rendering, services, versions
from contest.competitions.articles import chinese_number, numbered
from contest.competitions.wording import Chapter
from contest.errors import ConflictError
from contest.i18n import use_language
from tests.competitions.helpers import new_event
from tests.support import make_person, sign_in

NUMBERS = {0: "零", 1: "一", 10: "十", 11: "十一", 20: "二十", 21: "二十一", 100: "一百", 101: "一百零一",
           110: "一百一十", 999: "九百九十九", 1001: "一千零一", 1010: "一千零一十",
           2300: "二千三百", 10000: "10000"}  # fmt: skip


def test_numbers_of_articles_as_official_documents_write_them():
    assert {number: chinese_number(number) for number in NUMBERS} == NUMBERS


def test_articles_are_counted_through_the_whole_document():
    found = numbered([Chapter("总则", ("甲。", "乙。")), Chapter("名次", ("丙。",))])
    assert [(c.number, [a.number for a in c.articles]) for c in found] == [
        ("第一章", ["第一条", "第二条"]), ("第二章", ["第三条"]),
    ]  # fmt: skip
    use_language("en")
    try:
        assert numbered([Chapter("Ranks", ("x",))])[0].articles[0].number == "Article 1"
    finally:
        use_language("zh-CN")


@pytest.fixture
def organizer(client, world):
    account, actor = make_person(world, Role.ORGANIZER)
    sign_in(client, account)
    return actor


def text_of(data: bytes) -> str:
    return "".join("".join(page.extract_text() for page in PdfReader(io.BytesIO(data)).pages).split())


def test_page_and_pdf_say_the_same_with_version_and_digest(client, world, organizer):
    _, event = new_event(world, point="skills", adopt=True)
    with db.reading() as session:
        draft = versions.version_of(session, organizer, event.id)
    page = client.get(f"/events/{event.id}/rules/words").text
    answer = client.get(f"/events/{event.id}/rules/words.pdf?version=1")
    assert answer.headers["content-type"] == "application/pdf", answer.text
    printed = text_of(answer.content)
    digest = draft.outline.rules.digest
    assert digest == draft.version.digest
    for text in ("第一条", "参赛对象是个人。", "第二十条", "第1版", digest, "理论知识"):
        assert text in "".join(page.split()), text
        assert text in printed, text
    for text in ("签署", "裁判长", "监督", "组委会负责人", f"摘要{digest[:16]}"):
        assert text in printed, text
    assert "草稿" not in printed


def test_a_draft_says_that_it_is_one_and_a_faulty_one_is_not_printed(client, world, organizer):
    _, event = new_event(world, point="speech")
    assert "草稿，尚未定稿，不能作为评分依据。" in text_of(client.get(f"/events/{event.id}/rules/words.pdf").content)
    with db.transaction() as session:
        services.save_rule_set(session, organizer, session.merge(event), {"schema": 1, "title": "甲"})
    answer = client.get(f"/events/{event.id}/rules/words.pdf")
    assert answer.status_code == 409
    assert "改好后才能生成 PDF" in answer.text
    with db.reading() as session, pytest.raises(ConflictError):
        rendering.rules_pdf(versions.version_of(session, organizer, event.id))


@pytest.mark.parametrize("number", ["2", "0", "x", "１", "99999999"])
def test_a_version_that_is_none_is_not_found(client, world, organizer, number):
    _, event = new_event(world, point="speech")
    for path in ("words", "words.pdf", "file"):
        assert client.get(f"/events/{event.id}/rules/{path}?version={number}").status_code == 404


def test_the_rules_of_another_place_are_not_found(client, world):
    _, event = new_event(world, at="works", point="speech")
    account, _ = make_person(world, Role.ORGANIZER, at="plant")
    sign_in(client, account)
    assert client.get(f"/events/{event.id}/rules/words.pdf").status_code == 404
