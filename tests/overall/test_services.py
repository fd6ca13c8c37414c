"""Tables over several events on both databases; expected ranks worked out by hand from the table in making.py."""

from __future__ import annotations

import json

import pytest
import sqlalchemy as sa

from contest import db
from contest.actors import Role
from contest.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from contest.ledger import queries as ledger
from contest.overall import confirming, queries, services
from contest.overall.models import OverallTable
from tests.overall.making import TEAM, make_trades
from tests.support import make_person

TRIGGERS = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'publication'",
    "postgresql": "SELECT tgname || ' ON publication' FROM pg_trigger WHERE tgrelid = 'publication'::regclass"
    " AND NOT tgisinternal",
}


@pytest.fixture
def trades(world):
    return make_trades(world)


def create(trades, document=None, **more):
    with db.transaction() as session:
        document = document or trades.document(**more)
        return services.create_table(session, trades.organizer, trades.competition, document, title_en="Teams")


def view(trades, table, actor=None):
    with db.reading() as session:
        return queries.table_view(session, actor or trades.organizer, table.id)


def adopt(trades, table):
    seen = view(trades, table).newest.digest
    with db.transaction() as session:
        return services.adopt_rule(session, trades.organizer, fresh(session, table), seen)


def fresh(session, table):
    return session.get_one(OverallTable, (table.tenant_id, table.id))


def publish(trades, table, seen=None):
    seen = view(trades, table).stamp if seen is None else seen
    with db.transaction() as session:
        return services.publish_table(session, trades.organizer, fresh(session, table), seen)


def propose(trades, table, who=None, reason="钳工成绩更正", seen=None):
    seen = view(trades, table).stamp if seen is None else seen
    with db.transaction() as session:
        return confirming.propose_version(session, who or trades.organizer, fresh(session, table), seen=seen,
                                          reason=reason)  # fmt: skip


def confirm(trades, table, act, who, seen=None):
    with db.transaction() as session:
        return confirming.confirm_version(session, who, fresh(session, table), act.id, seen=seen or act.digest)


def changed(trades, table):
    """The trades after a correction of the fitters: 钱五 99.9, so 甲 = 255 + 88 + 99.9."""
    adopt(trades, table)
    publish(trades, table)
    trades.correct("钳工", "钱五", 999)
    trades.publish("钳工")
    return table


def ranks(document):
    return " ".join(f"{row['name']}{row['rank'] or '-'}:{row['total']}" for row in document["rows"])


def test_the_best_three_of_every_unit_in_every_trade(trades):
    document = view(trades, create(trades)).preview
    assert ranks(document) == "乙厂1:501 甲厂2:429 丙厂3:99"
    assert document["left_out"] == 1  # 蒋四 has no unit
    turner = next(part for part in document["rows"][1]["events"] if part["event"] == trades.events["车工"].id)
    assert (turner["points"], [(m["name"], m["rank"], m["total"], m["counts"]) for m in turner["members"]]) == (
        "255", [("王一", "4", "90", True), ("李二", "5", "85", True), ("张䶮", "7", "80", True),
                ("赵四", "9", "70", False)],
    )  # fmt: skip


def test_equal_sums_are_split_by_the_time_of_all_members(trades):
    # S9: 三名选手个人成绩之和, 同分比 3 人完成总时间. turner alone: 甲 255 in 30+31+32 = 93, 乙 255 in 35+30+30 = 95
    least = {"min_members": 3, "ties": [{"by": "measure", "ref": "minutes", "direction": "asc"}]}
    document = trades.document(TEAM | least, sources=[{"id": trades.events["车工"].id}])
    found = view(trades, create(trades, document)).preview
    assert ranks(found) == "甲厂1:255 乙厂2:255 丙厂-:None"
    assert found["rows"][0]["decided"] == {
        "by": "measure", "ref": "minutes", "direction": "asc", "compared": [["甲厂", "93"], ["乙厂", "95"]],
    }  # fmt: skip
    shared = view(trades, create(trades, document | {"ties": []})).preview
    assert [(row["rank"], row["tied"]) for row in shared["rows"][:2]] == [("1", True), ("1", True)]


def test_all_round_is_of_who_took_part_in_both(trades):
    document = trades.document({"title": "全能", "of": "person", "min_items": 2, "combine": "mean"})
    rows = view(trades, create(trades, document)).preview["rows"]
    assert [(row["name"], row["unit"], row["rank"], row["total"]) for row in rows if row["rank"]] == [
        ("王一", "甲厂", "1", "89"),  # (90 + 88) / 2
    ]
    assert len(rows) == 9 + 6 - 1


def test_points_by_prizes_wait_for_the_awards_and_points_by_ranks_do_not(trades):
    # turner: 卫三 99 first; 蒋四 95, 孙六 92 second; fitter: 郑九 first; 王一 88, 钱五 86 second. 8 and 4 points [S17]
    prizes = {"by": "award", "award_points": [{"award": "first", "points": 8}, {"award": "second", "points": 4}]}
    table = create(trades, trades.document(TEAM | prizes))
    assert [event["lacks"] for event in view(trades, table).preview["events"]] == ["awards", "awards"]
    trades.give("车工")
    assert ranks(view(trades, table).preview) == "丙厂1:8 乙厂2:4 甲厂3:0"
    trades.give("钳工")
    # 乙: 4 (孙六) + 8 (郑九) = 12; 甲: 4 + 4 (王一, 钱五) = 8; 丙: 8
    assert ranks(view(trades, table).preview) == "乙厂1:12 丙厂2:8 甲厂2:8"
    by_rank = create(trades, trades.document({"title": "积分", "of": "person", "by": "rank", "table": [10, 8, 6, 5]}))
    # 王一: turner rank 4 = 5, fitter rank 2 = 8
    assert view(trades, by_rank).preview["rows"][0]["name"] == "王一"
    assert view(trades, by_rank).preview["rows"][0]["total"] == "13"


def test_only_published_results_count_and_the_rest_is_said(world):
    trades = make_trades(world, published=["车工"])
    table = create(trades)
    document = view(trades, table).preview
    assert ranks(document) == "乙厂1:255 甲厂1:255 丙厂3:99"
    assert [(event["title"], event["version"], event["lacks"]) for event in document["events"]] == [
        ("车工", 1, ""), ("钳工", None, "results"),
    ]  # fmt: skip
    assert "郑九" not in json.dumps(document, ensure_ascii=False)


def test_a_publication_is_kept_with_its_proof_and_never_changes(trades):
    table = create(trades)
    with pytest.raises(ConflictError, match="还没有定稿"):
        publish(trades, table)
    adopt(trades, table)
    first = publish(trades, table)
    with pytest.raises(ConflictError, match="没有变化"):
        publish(trades, table)
    trades.correct("钳工", "钱五", 999)
    trades.publish("钳工")
    with db.reading() as session:
        behind = queries.public_table(session, table.id)
    assert (behind.version, behind.behind) == (1, {trades.events["钳工"].id})
    with pytest.raises(ConflictError, match="重新核对"):
        propose(trades, table, seen=queries.stamp_of(json.loads(first.snapshot)))
    with pytest.raises(ConflictError, match="第二个人"):
        publish(trades, table)
    _, watcher = make_person(trades.world, Role.SUPERVISOR)
    act = propose(trades, table)
    confirm(trades, table, act, watcher)
    with db.reading() as session:
        old, new = queries.public_table(session, table.id, 1), queries.public_table(session, table.id)
        told = list(ledger.data_of(ledger.rows(session, trades.competition), "overall"))
    # 钱五 99.9: 甲 = 255 + 88 + 99.9
    assert (ranks(old.document), ranks(new.document)) == (
        "乙厂1:501 甲厂2:429 丙厂3:99", "乙厂1:501 甲厂2:442.9 丙厂3:99",
    )  # fmt: skip
    assert (old.newest, new.behind) == (2, frozenset())
    assert [(row["state"], row["version"], row["digest"]) for row in told] == [
        ("adopted", 1, new.document["rule"]["digest"]), ("published", 1, old.digest), ("published", 2, new.digest),
    ]  # fmt: skip
    assert [(row.get("proposed_by"), row.get("confirmed_by"), row.get("reason")) for row in told[1:]] == [
        (None, None, None), (trades.organizer.account_id, watcher.account_id, "钳工成绩更正"),
    ]  # fmt: skip


def test_a_published_table_changes_by_two_persons_who_saw_the_same(trades):
    table = changed(trades, create(trades))
    people = {role: make_person(trades.world, role)[1] for role in (Role.SUPERVISOR, Role.ADMINISTRATOR)}
    for who in people.values():
        with pytest.raises(ForbiddenError):
            propose(trades, table, who=who)
    with pytest.raises(InvalidError):
        propose(trades, table, reason=" ")
    act = propose(trades, table)
    with db.reading() as session:
        found = confirming.changing(session, people[Role.SUPERVISOR], view(trades, table))
        assert queries.public_table(session, table.id).newest == 1
    assert found.rows == [{"name": "甲厂", "unit": "", "before": ["2", "429"], "after": ["2", "442.9"]}]
    assert (found.waiting.id, found.is_same, found.can_confirm) == (act.id, True, True)
    for who in (trades.organizer, people[Role.ADMINISTRATOR]):
        with pytest.raises(ForbiddenError):
            confirm(trades, table, act, who)
    _, second = make_person(trades.world, Role.ORGANIZER, login="second")
    with pytest.raises(ConflictError):
        propose(trades, table, who=second)
    trades.correct("钳工", "钱五", 900)  # the ranks are other ones by now
    trades.publish("钳工")
    for seen in (None, view(trades, table).stamp):
        with pytest.raises(ConflictError):
            confirm(trades, table, act, people[Role.SUPERVISOR], seen)
    with db.transaction() as session:
        confirming.refuse_version(session, trades.organizer, fresh(session, table), act.id, "")
    assert confirm(trades, table, propose(trades, table), second).version == 2
    with pytest.raises(ConflictError):
        confirm(trades, table, act, second)


def test_an_act_about_one_table_is_none_about_another(trades):
    table, other = changed(trades, create(trades)), create(trades, trades.document({"title": "全能", "of": "person"}))
    act = propose(trades, table)
    with pytest.raises(NotFoundError):
        confirm(trades, other, act, make_person(trades.world, Role.SUPERVISOR)[1])


def test_the_first_version_needs_no_second_person(trades):
    table = create(trades)
    adopt(trades, table)
    with pytest.raises(ConflictError, match="第一版"):
        propose(trades, table)
    assert publish(trades, table).version == 1


def test_an_adopted_rule_is_followed_by_another_with_a_reason(trades):
    table = create(trades)
    stale = view(trades, table).newest.digest

    def save(seen, **more):
        with db.transaction() as session:
            return services.save_rule(
                session, trades.organizer, fresh(session, table), trades.document(members=2), seen=seen, **more
            )

    assert save(1).version == 1  # the draft itself
    with pytest.raises(ConflictError), db.transaction() as session:
        services.adopt_rule(session, trades.organizer, fresh(session, table), stale)
    adopt(trades, table)
    with pytest.raises(InvalidError) as refused:
        save(1)
    assert list(refused.value.fields) == ["reason"]
    assert save(1, reason="决赛前改为三人").version == 2
    with pytest.raises(ConflictError):
        save(1, reason="别人也在改")
    # 甲 90 + 85 + 174, 乙 92 + 84 + 90 + 80, by the rule in force (two members), not by the draft
    assert ranks(view(trades, table).preview) == "甲厂1:349 乙厂2:346 丙厂3:99"


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"sources": []}, "sources"), ({"sources": [{"id": "0000000000000000"}]}, "sources"),
        ({"members": 0}, "members"), ({"by": "rank"}, "table"), ({"title": ""}, "title"),
    ],
)  # fmt: skip
def test_a_rule_that_cannot_be_is_refused_at_its_place(trades, more, field):
    with pytest.raises(InvalidError) as refused:
        create(trades, trades.document(TEAM | more) | more)
    assert field in refused.value.fields


def test_two_persons_of_one_name_and_unit_are_not_guessed(world):
    trades = make_trades(world)
    trades.add("焊工", [("王一", "甲厂", "70", "1"), ("王一", "甲厂", "60", "2")])
    trades.publish("焊工")
    found = view(trades, create(trades, trades.document({"title": "全能", "of": "person"})))
    assert found.preview is None
    assert "王一（甲厂）" in str(found.trouble.params) + str(found.trouble.message % found.trouble.params)
    assert ranks(view(trades, create(trades)).preview).startswith("甲厂1:559")  # for the team both count: 429 + 130


def test_a_result_changed_in_the_database_is_not_signed(trades):
    table = create(trades)
    adopt(trades, table)
    with db.transaction() as session:
        for trigger in session.scalars(sa.text(TRIGGERS[db.engine().dialect.name])).all():
            session.execute(sa.text(f"DROP TRIGGER {trigger}"))
        session.execute(sa.text("UPDATE publication SET snapshot = replace(snapshot, '\"99\"', '\"98\"')"))
    with pytest.raises(ConflictError, match="与记分流水不符"):
        publish(trades, table)


@pytest.mark.parametrize(
    "statement", ["UPDATE overall_publication SET snapshot = '{}'", "DELETE FROM overall_publication"]
)
def test_what_was_published_can_not_be_rewritten(trades, statement):
    table = create(trades)
    adopt(trades, table)
    publish(trades, table)
    with pytest.raises(sa.exc.DBAPIError, match="append-only"), db.transaction() as session:
        session.execute(sa.text(statement))


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.ADMINISTRATOR])
def test_others_look_and_change_nothing(trades, role):
    table = create(trades)
    _, other = make_person(trades.world, role)
    assert view(trades, table, other).preview is not None
    for act in (
        lambda s: services.adopt_rule(s, other, fresh(s, table), ""),
        lambda s: services.publish_table(s, other, fresh(s, table), ""),
        lambda s: services.save_rule(s, other, fresh(s, table), trades.document(), seen=1),
        lambda s: services.create_table(s, other, trades.competition, trades.document()),
    ):
        with pytest.raises(ForbiddenError), db.transaction() as session:
            act(session)
    _, member = make_person(trades.world, Role.MEMBER)
    with pytest.raises(NotFoundError):
        view(trades, table, member)
