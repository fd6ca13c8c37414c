"""Versions of a rule set: imported, copied, compared; what another place has stays unknown."""

import json

import pytest

from contest import db
from contest.actors import SYSTEM, Role
from contest.competitions import queries, services
from contest.competitions.comparing import compared
from contest.competitions.models import Event, EventState
from contest.competitions.starting_points import starting_document
from contest.db import counting_queries
from contest.i18n import use_language
from tests.competitions.helpers import make_event, new_event, post, upload
from tests.support import make_person, sign_in


@pytest.fixture
def organizer(client, world):
    account, _ = make_person(world, Role.ORGANIZER)
    return sign_in(client, account)


def newest(event):
    with db.reading() as session:
        return queries.newest_version(session, event)


def all_versions(client, event):
    return client.get(f"/events/{event.id}/rules/versions").text


def changed_document():
    """The skills contest with four changes, told in sentences below."""
    document = starting_document("skills", "电工")
    document["stages"][0]["weight"], document["stages"][1]["weight"] = "0.4", "0.6"
    document["stages"][1]["panel"]["method"]["drop_high"] = 2
    document["awards"].pop()
    return document


def sentences(old, new):
    return [(part.headline, [change.sentence for change in part.changes]) for part in compared(old, new)]


def test_a_difference_reads_as_a_sentence():
    assert sentences(starting_document("skills", "电工"), changed_document()) == [
        ("阶段“理论考试”", ["“权重”由 0.3 改为 0.4。"]),
        ("阶段“实际操作”", ["“权重”由 0.7 改为 0.6。", "“去掉最高分的个数”由 1 改为 2。"]),
        ("删去 奖项“三等奖”", [
            "“按什么设奖”取消，原为 按比例。", "“比例”取消，原为 30。", "“比例的基数”取消，原为 全部参赛者。",
            "“并列压在名额线上时”取消，原为 并列者都得奖。",
        ]),
    ]  # fmt: skip


def test_a_difference_in_english_has_english_words():
    use_language("en")
    try:
        found = sentences(starting_document("skills", "x"), changed_document() | {"title": "x"})
    finally:
        use_language("zh-CN")
    assert found[0] == ("Stage“理论考试”", ["“Weight” changed from 0.3 to 0.4."])


def test_defaults_written_out_are_no_difference():
    from contest.core.parsing import parse_rule_set

    for point in ("skills", "merit", "worldskills", "speech"):
        document = starting_document(point, "甲")
        assert compared(document, json.loads(json.dumps(parse_rule_set(document).to_document()))) == []


def test_faulty_drafts_are_compared_as_they_were_typed():
    odd = {"title": 3, "stages": [{"id": "s", "rubric": [{"max": 0.5}]}, "x"], "ties": {"by": 1}, "qqq": [{"id": 1}]}
    assert compared({}, odd)
    assert compared(odd, {})
    assert compared(odd, odd) == []


def test_an_imported_file_is_a_new_version_and_the_former_draft_stays(client, world, organizer):
    _, event = new_event(world, point="skills")
    first = newest(event)
    data = json.dumps(changed_document(), ensure_ascii=False).encode()
    path = f"/events/{event.id}/rules/file"
    assert upload(client, organizer, path, "办法.json", data, base=first.digest).status_code == 303
    second = newest(event)
    assert (second.version, json.loads(second.document)) == (2, changed_document())
    page = all_versions(client, event)
    assert "读入文件“办法.json”" in page
    assert "旧草稿" in page
    told = client.get(f"/events/{event.id}/rules/compare").text
    assert "“权重”由 0.3 改为 0.4。" in told
    assert "两份办法完全相同" in client.get(f"/events/{event.id}/rules/compare?old={first.id}&new={first.id}").text
    again = upload(client, organizer, path, "办法.json", data, base=first.digest)
    assert again.status_code == 409, "a second click must not make a third version"
    assert newest(event).version == 2


def test_an_exported_file_comes_back_as_the_same_rules(client, world, organizer):
    _, event = new_event(world, point="merit", adopt=True)
    _, other = new_event(world, title="钳工")
    data = client.get(f"/events/{event.id}/rules/file?version=1").content
    assert upload(client, organizer, f"/events/{other.id}/rules/file", "a.json", data, base="").status_code == 303
    with db.transaction() as session:
        adopted = services.adopt_rule_set(session, SYSTEM, session.get_one(Event, (other.tenant_id, other.id)))
    assert adopted.digest == newest(event).digest


def test_a_faulty_file_is_refused_with_every_fault_in_words(client, world, organizer):
    _, event = new_event(world, point="skills")
    document = starting_document("skills", "甲")
    practice = document["stages"][1]
    for criterion in practice["rubric"]:
        for aspect in criterion["children"]:
            aspect["max"] = "viel"
            aspect["qqq"] = 1
    document["ranking"] = "olympic"
    data = json.dumps(document, ensure_ascii=False).encode()
    answer = upload(client, organizer, f"/events/{event.id}/rules/file", "a.json", data, base=newest(event).digest)
    count = 2 * sum(len(criterion["children"]) for criterion in practice["rubric"]) + 1
    assert answer.status_code == 422
    assert count > 10
    assert f"有 {count} 处不对" in answer.text
    assert answer.text.count("不认识这个字段") == (count - 1) // 2
    assert "阶段“实际操作” › 评分项“安全文明” › 评分点“劳动防护与现场整理”" in answer.text
    client.cookies.set("contest_language", "en")
    english = upload(client, organizer, f"/events/{event.id}/rules/file", "a.json", data, base=newest(event).digest)
    assert "Stage“实际操作”" in english.text
    assert newest(event).version == 1


@pytest.mark.parametrize(
    "data", [b"[]", b"{", b"\xff", b'{"stages": {"a": 1}, "ties": [1, [2]], "awards": "x"}', b"[" * 9999]
)
def test_odd_files_are_refused_not_crashed_on(client, world, organizer, data):
    _, event = new_event(world)
    answer = upload(client, organizer, f"/events/{event.id}/rules/file", "a.json", data, base="")
    assert answer.status_code == 422
    assert newest(event) is None


def test_a_rule_set_is_copied_from_another_event_under_the_own_title(client, world, organizer):
    _, source = new_event(world, title="钳工", point="merit", adopt=True)
    _, event = new_event(world, point="skills")
    assert "钳工" in client.get(f"/events/{event.id}/rules/others").text
    boxes = {"version": newest(source).id, "base": newest(event).digest}
    assert post(client, organizer, f"/events/{event.id}/rules/copy", **boxes).status_code == 303
    copied = newest(event)
    assert copied.version == 2
    assert copied.note == "复制自“钳工”第 1 版"
    assert json.loads(copied.document) == json.loads(newest(source).document) | {"title": "电工"}
    assert post(client, organizer, f"/events/{event.id}/rules/copy", **boxes).status_code == 409
    assert newest(event).version == 2


def test_the_version_of_another_place_can_be_neither_compared_nor_copied(client, world):
    _, foreign = new_event(world, at="works", point="merit")
    account, _ = make_person(world, Role.ORGANIZER, at="plant")
    actor = sign_in(client, account)
    _, event = new_event(world, at="plant", point="skills")
    hidden = newest(foreign).id
    assert client.get(f"/events/{event.id}/rules/compare?old={hidden}").status_code == 404
    assert post(client, actor, f"/events/{event.id}/rules/copy", version=hidden, base="").status_code == 404
    assert "海塘" not in client.get(f"/events/{event.id}/rules/others").text
    assert post(client, actor, f"/events/{foreign.id}/rules/copy", version=newest(event).id, base="").status_code == 404
    assert client.get(f"/events/{foreign.id}/rules/versions").status_code == 404
    assert newest(event).version == 1


def test_only_the_organizer_copies(client, world):
    _, event = new_event(world, point="skills")
    account, _ = make_person(world, Role.ADMINISTRATOR)
    actor = sign_in(client, account)
    base = newest(event)
    assert "据此写新草稿" not in all_versions(client, event)
    assert post(client, actor, f"/events/{event.id}/rules/copy", version=base.id, base=base.digest).status_code == 403


def test_after_the_adoption_a_draft_of_the_next_version_is_written_beside_the_one_in_force(client, world, organizer):
    _, event = new_event(world, point="skills", adopt=True)
    adopted = newest(event)
    copy = {"version": adopted.id, "base": adopted.digest}
    assert post(client, organizer, f"/events/{event.id}/rules/copy", **copy).status_code == 303
    draft = newest(event)
    assert (draft.version, draft.adopted_at) == (2, None)
    boxes = {"at": "rules", "title": "电工新规", "base": draft.digest}
    assert post(client, organizer, f"/events/{event.id}/rules/part", **boxes).status_code == 303
    with db.reading() as session:
        kept = session.get_one(Event, (event.tenant_id, event.id))
        assert queries.rules_in_force(session, kept).title == "电工"
        assert kept.rule_set_id == adopted.id
    assert "电工新规" not in client.get(f"/events/{event.id}/rules/file").text
    page = all_versions(client, event)
    assert "现行" in page
    assert "放弃修改稿" in page
    base = newest(event).digest
    assert post(client, organizer, f"/events/{event.id}/rules/adopt", base=base).status_code == 409
    aside = f"/events/{event.id}/rules/set-aside"
    assert post(client, organizer, aside, base=draft.digest).status_code == 409, "the draft was changed since"
    assert post(client, organizer, aside, base=base).status_code == 303
    assert newest(event).id == adopted.id
    assert "已放弃" in all_versions(client, event)
    assert post(client, organizer, aside, base=adopted.digest).status_code == 409


@pytest.mark.parametrize(
    ("state", "way"),
    [(EventState.LOCKED, "写明理由解锁"), (EventState.PUBLISHED, "发布新的版本"), (EventState.CLOSED, "已经归档")],
)
def test_what_is_locked_whole_or_published_refuses_with_the_way_to_go(client, world, organizer, state, way):
    _, event = new_event(world, point="skills", adopt=True)
    adopted = newest(event)
    with db.transaction() as session:
        session.get_one(Event, (event.tenant_id, event.id)).state = state
    answer = post(client, organizer, f"/events/{event.id}/rules/copy", version=adopted.id, base=adopted.digest)
    assert answer.status_code == 409
    assert way in answer.text
    assert "据此写新草稿" not in all_versions(client, event)


def test_the_lists_ask_as_often_for_three_rows_as_for_one(client, world, organizer):
    with db.transaction() as session:
        _, event = make_event(session, world, point="skills")
    counts = []
    for _ in range(2):
        with counting_queries() as statements:
            for path in ("versions", "others"):
                assert client.get(f"/events/{event.id}/rules/{path}").status_code == 200
        counts.append(len(statements))
        for title in ("钳工", "焊工"):
            new_event(world, title=title, point="merit")
            with db.transaction() as session:
                document = starting_document("speech", title)
                fresh = session.get_one(Event, (event.tenant_id, event.id))
                services.save_rule_set(session, SYSTEM, fresh, document, as_new=True)
    assert counts[0] == counts[1]
    page = client.get(f"/events/{event.id}/rules/others?q=焊工").text
    assert "焊工" in page
    assert "钳工" not in page
