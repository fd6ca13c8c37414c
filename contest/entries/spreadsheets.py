"""The columns of the sheets of entries, factors and facts: template, reading and export follow from them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from contest.core.ruleset import RuleSet
from contest.documents.workbook import Column, Sheet, build_template, export_rows
from contest.entries.fact_fields import (
    KIND_HINTS,
    KIND_WORDS,
    LONGEST_REASON,
    NO,
    PLACES,
    YES,
    FactField,
    by_kind,
    fact_fields,
)
from contest.entries.factors import FactorPlace, factor_places
from contest.entries.inputs import NAME_LENGTH, NUMBER_LENGTH, WORKER_NUMBER_LENGTH
from contest.entries.models import KIND_NAMES
from contest.i18n import N_, Language, gettext, translator

KIND_CHOICES = tuple((kind.value, name) for kind, name in KIND_NAMES.items())
NUMBER = Column(
    key="number", title_zh="编号", title_en="Number", width=12, max_length=NUMBER_LENGTH, unique=True, example="A001",
    hint=N_("可不填，不填由系统按顺序编号；同一项目内不能重复"), aliases=("参赛编号", "序号", "号码"),
)  # fmt: skip
SHEET = Sheet(
    "参赛名单",
    (
        NUMBER,
        Column(
            key="name", title_zh="姓名/队名", title_en="Name", required=True, width=24, max_length=NAME_LENGTH,
            example="欧阳䶮", hint=N_("选手姓名、队名、工程名称或案例名称，生僻字照写"),
            aliases=("姓名", "队名", "名称", "工程名称", "项目名称", "案例名称", "参赛者", "选手", "选手姓名"),
        ),
        Column(
            key="kind", title_zh="类别", title_en="Kind", kind="choice", choices=KIND_CHOICES, width=10, example="选手",
            hint=N_("可不填，不填按评分办法"),
        ),
        Column(
            key="unit", title_zh="单位", title_en="Unit", width=32, max_length=NAME_LENGTH, example="某某汽车有限公司",
            hint=N_("与“组织”里的名称一致时自动关联，回避时用；有重名时写成 上级/单位"),
            aliases=("工作单位", "所在单位", "参赛单位", "单位名称", "选送单位"),
        ),
        Column(
            key="worker_number", title_zh="工号", title_en="Worker number", width=22, max_length=WORKER_NUMBER_LENGTH,
            example="007512", hint=N_("文本格式，开头的 0 会保留"), aliases=("员工编号", "职工编号"),
        ),
        Column(
            key="phone", title_zh="手机", title_en="Phone", width=16, max_length=30, example="13800138000",
            aliases=("电话", "联系电话", "手机号", "手机号码"),
        ),
        Column(
            key="members", title_zh="队员", title_en="Members", width=40, max_length=4000, example="张三、李四、王五",
            hint=N_("参赛队的队员姓名，用顿号或换行分开"), aliases=("成员", "队员姓名", "参赛队员"),
        ),
    ),
    (
        N_("一行一个参赛：一位选手、一支队、一项工程或一个案例。"),
        N_("上传后先检查、不写入；您看过结果、按确认以后才一次写入，有任何错误都不会只写入一部分。"),
    ),
)  # fmt: skip
STATE = Column(key="state", title_zh="状态", title_en="State", width=10)
CODE = Column(key="code", title_zh="加密号", title_en="Code", width=12)


def language_of(language: Language) -> str:
    """The two-letter language of workbooks."""
    return "en" if language == "en" else "zh"


def entry_template(language: Language) -> bytes:
    """The empty entry sheet with its instructions."""
    return build_template(SHEET, translator(language), language=language_of(language))


def entries_workbook(records: Iterable[Mapping[str, object]], *, with_codes: bool, language: Language) -> bytes:
    """The list of entries in the columns of the template (it can be read in again), and their state.

    `with_codes` only where codes may stand beside names.
    """
    columns = [*SHEET.columns, STATE, *([CODE] if with_codes else [])]
    return export_rows(columns, records, title=SHEET.title, language=language_of(language))


SLIPS = (NUMBER, SHEET.column("name"), SHEET.column("unit"), CODE)


def slips_workbook(records: Iterable[Mapping[str, object]], language: Language) -> bytes:
    """Name and code of every entry, for the encryption officer's sealed slips."""
    return export_rows(SLIPS, records, title=gettext("加密号对照"), language=language_of(language))


def factor_sheet(rules: RuleSet) -> Sheet:
    """The factor sheet of a rule set: one row per entry and repetition, one column per aspect with a factor."""
    places = factor_places(rules)
    aspects = list(dict.fromkeys((place.stage, place.aspect) for place in places))
    titles = factor_titles(places)
    columns = [
        Column(key="number", title_zh="编号", title_en="Number", required=True, width=12, max_length=NUMBER_LENGTH),
        Column(key="name", title_zh="姓名/队名", title_en="Name", width=24, max_length=NAME_LENGTH,
               hint=N_("只为看得清楚，不读取")),
        Column(key="repetition", title_zh="轮次", title_en="Repetition", kind="integer", width=8, minimum=1,
               hint=N_("不填就是第 1 轮")),
    ]  # fmt: skip
    columns += [
        Column(key=f"{stage}|{aspect}", title_zh=titles[stage, aspect], width=18, max_length=30,
               hint=N_("系数，例如 2.4；空着表示没有"))
        for stage, aspect in aspects
    ]  # fmt: skip
    return Sheet("难度系数", tuple(columns), (N_("一行是一个参赛的一轮。填写系数后上传，全部正确才写入。"),))


def factor_titles(places: Iterable[FactorPlace]) -> dict[tuple[str, str], str]:
    """(stage, aspect) -> a title that no other column has."""
    found: dict[tuple[str, str], str] = {}
    for place in places:
        key = (place.stage, place.aspect)
        title = place.aspect_title or place.aspect
        if key not in found and title in found.values():
            title = f"{place.stage_title or place.stage}·{title}（{place.aspect}）"
        found.setdefault(key, title)
    return found


def factors_workbook(rules: RuleSet, records: Iterable[Mapping[str, object]], language: Language) -> bytes:
    """The factor sheet filled with what is known now: the template to work on."""
    sheet = factor_sheet(rules)
    return export_rows(sheet.columns, records, title=sheet.title, language=language_of(language))


YES_NO = ((YES, "是"), (NO, "否"))
_KEPT = N_("空着的格不改动已经登记的；要去掉一项，是非类的填“否”，迟报填 0，其余在参赛的页面上清空。")


def fact_sheet(rules: RuleSet) -> Sheet:
    """The sheet of facts of a rule set: one row per entry, one column for each fact that these rules read."""
    fields = [item for _, group in by_kind(fact_fields(rules)) for item in group]
    columns = [
        Column(key="number", title_zh="编号", title_en="Number", required=True, width=12, max_length=NUMBER_LENGTH),
        Column(key="name", title_zh="姓名/队名", title_en="Name", width=24, max_length=NAME_LENGTH,
               hint=N_("只为看得清楚，不读取")),
    ]  # fmt: skip
    titles: set[str] = set()
    for item in fields:
        column = _fact_column(item, titles)
        titles.add(column.title_zh)
        columns.append(column)
    return Sheet("登记事项", tuple(columns), (N_("一行是一个参赛。填写后上传，全部正确才写入。"), _KEPT))


def _fact_column(item: FactField, taken: set[str]) -> Column:
    word = KIND_WORDS[item.kind]
    chinese = f"{word}：{item.title}" if item.title else word
    if chinese in taken:  # two stages of one name: the ids tell them apart
        chinese = f"{chinese}（{' '.join(item.place)}）"
    english = translator("en")(word) + chinese.removeprefix(word).replace("：", ": ", 1)
    column = Column(
        key=item.key, title_zh=chinese, title_en=english, hint=item.hint or KIND_HINTS[item.kind], width=18
    )  # fmt: skip
    if item.is_yes_no or item.choices:
        return replace(column, kind="choice", choices=item.choices or YES_NO)
    if item.kind == "wild_card":
        return replace(column, width=32, max_length=LONGEST_REASON)
    if item.kind == "measure":
        return replace(column, kind="decimal", places=PLACES)
    return replace(column, kind="integer", minimum=1 if item.kind == "lot" else 0, maximum=item.most)


def facts_template(rules: RuleSet, records: Iterable[Mapping[str, object]], language: Language) -> bytes:
    """The sheet of facts with its lists and instructions, filled with what is registered now."""
    return build_template(fact_sheet(rules), translator(language), language=language_of(language), rows=records)
