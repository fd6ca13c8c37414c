"""The sheets of the register: projects with monthly plans, milestones, reports of units, checks of the authority."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from contest.documents.workbook import Column, Sheet, build_template
from contest.i18n import N_, Language, translator
from contest.projects.money import HIGHEST, PLACES
from contest.projects.registering import GROUP_LENGTH, MILESTONE_LENGTH, NAME_LENGTH

ENTRY_NUMBER_LENGTH = 20
ALL_OR_NOTHING = N_("全部正确才写入；有错误时退回带说明的表，一行也不写入。")


def _number(*, required: bool = True, unique: bool = False) -> Column:
    return Column(
        key="number", title_zh="编号", title_en="Number", required=required, unique=unique, width=10,
        max_length=ENTRY_NUMBER_LENGTH, example="K01",
    )  # fmt: skip


def _money(key: str, zh: str, en: str, *, required: bool = False) -> Column:
    return Column(
        key=key, title_zh=zh, title_en=en, kind="decimal", required=required, minimum=0, maximum=HIGHEST, places=PLACES,
        width=16, example="1250.5",
    )  # fmt: skip


_NAME = Column(key="name", title_zh="工程名称", title_en="Project", width=32, max_length=NAME_LENGTH,
               hint=N_("只为看得清楚，不读取"))  # fmt: skip
_MONTH = Column(key="month", title_zh="月份", title_en="Month", required=True, width=10, max_length=10,
                example="2026-03", hint=N_("写成 2026-03"))  # fmt: skip
_MILESTONE = Column(key="milestone", title_zh="节点", title_en="Milestone", required=True, width=28,
                    max_length=MILESTONE_LENGTH, example="主体结构封顶")  # fmt: skip
_NOTE = Column(key="note", title_zh="说明", title_en="Note", width=36, max_length=300, aliases=("理由", "备注"))


def project_sheet(months: Sequence[str]) -> Sheet:
    """One line for each project; one column for each month's planned investment."""
    columns = [
        _number(required=False, unique=True),
        Column(key="name", title_zh="工程名称", title_en="Project", required=True, width=32, max_length=NAME_LENGTH,
               aliases=("项目名称", "名称"), example="临江隧道北接线工程"),
        Column(key="owner", title_zh="业主单位", title_en="Owner", width=28, max_length=NAME_LENGTH, aliases=("业主",)),
        Column(key="contractor", title_zh="施工单位", title_en="Contractor", required=True, width=28,
               max_length=NAME_LENGTH, hint=N_("与“组织”里的名称一致时自动关联，单位联系人才能上报")),
        Column(key="group", title_zh="片区", title_en="Group", width=12, max_length=GROUP_LENGTH),
        _money("investment", "总投资（万元）", "Total investment (10,000 yuan)", required=True),
    ]  # fmt: skip
    columns += [_money(f"plan|{month}", f"{month} 计划（万元）", f"{month} plan (10,000 yuan)") for month in months]
    lines = (N_("一行一个工程。编号已有的工程会被更新。月度计划空着表示这个月没有计划投资。"), ALL_OR_NOTHING)
    return Sheet("工程台账", tuple(columns), lines)


def _day(zh: str, en: str, *, required: bool = True) -> Column:
    hint = "" if required else N_("空着表示没有完成")
    return Column(
        key="day", title_zh=zh, title_en=en, kind="date", required=required, width=16, example="2026-06-30", hint=hint
    )


MILESTONES = Sheet(
    "节点计划",
    (_number(), _MILESTONE, _day("计划完成日期", "Planned day")),
    (N_("一行一个节点。表里有的工程，节点以表为准。"), ALL_OR_NOTHING),
)  # fmt: skip
REPORTS = Sheet(
    "月度上报",
    (_number(), _NAME, _MONTH, _money("amount", "本月完成投资（万元）", "Done (10,000 yuan)", required=True), _NOTE),
    (N_("由单位联系人填写。过了上报截止日再上报，会标明迟报。"), ALL_OR_NOTHING),
)  # fmt: skip
REACHED = Sheet(
    "节点上报",
    (_number(), _MILESTONE, _day("实际完成日期", "Day reached"), _NOTE),
    (N_("由单位联系人填写，一行一个已完成的节点。"), ALL_OR_NOTHING),
)  # fmt: skip
CHECKS = Sheet(
    "月度核定",
    (_number(), _NAME, _MONTH, _money("amount", "核定完成投资（万元）", "Checked (10,000 yuan)", required=True), _NOTE),
    (N_("由组织者填写。核定数与上报数不同时，说明必填。"), ALL_OR_NOTHING),
)  # fmt: skip
REACHED_CHECKS = Sheet(
    "节点核定",
    (_number(), _MILESTONE, _day("核定完成日期", "Checked day", required=False), _NOTE),
    (N_("由组织者填写。核定日期与上报不同时，说明必填。"), ALL_OR_NOTHING),
)  # fmt: skip


def sheet_of(what: str, months: Sequence[str]) -> Sheet:
    """The sheet behind its short name (KeyError for another)."""
    return project_sheet(months) if what == "projects" else SHEETS[what]


SHEETS: Mapping[str, Sheet] = {
    "milestones": MILESTONES, "reports": REPORTS, "reached": REACHED, "checks": CHECKS,
    "reached_checks": REACHED_CHECKS,
}  # fmt: skip


def template_book(what: str, months: Sequence[str], language: Language) -> bytes:
    """The empty sheet with its instructions."""
    return build_template(sheet_of(what, months), translator(language), language="en" if language == "en" else "zh")
