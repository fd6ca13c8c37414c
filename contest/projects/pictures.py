"""A project's two pictures, for pages and print: the S-curve of its investment, and its milestones."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

from contest.core.numbers import round_decimal
from contest.documents.charts import Point, milestone_chart, s_curve
from contest.i18n import gettext
from contest.projects.progress import MilestoneLine, Progress


def investment_curve(progress: Progress) -> str:
    """Cumulative investment in percent of the whole plan, planned against checked; '' without a plan."""
    if not progress.planned_total:
        return ""
    planned = [_percent(value, progress.planned_total) for value in progress.planned_curve()]
    done = [None if value is None else _percent(value, progress.planned_total) for value in progress.done_curve()]
    names = (gettext("计划"), gettext("实际"))
    return s_curve(
        _curve_title(progress, planned, done), [line.month for line in progress.months], planned, done, names=names
    )


def _curve_title(progress: Progress, planned: list[Decimal], done: list[Decimal | None]) -> str:
    """The message: where the project stands at the last checked month."""
    known = [index for index, value in enumerate(done) if value is not None]
    if not known:
        return gettext("投资计划（占全部计划的 %）")
    at = known[-1]
    params = {"month": progress.months[at].month, "done": done[at], "planned": planned[at]}
    return gettext("到 %(month)s 完成全部计划的 %(done)s%%，计划应完成 %(planned)s%%") % params


def _percent(part: int, whole: int) -> Decimal:
    return round_decimal(Fraction(100 * part, whole), 1)


def milestone_picture(progress: Progress, today: date) -> str:
    """Each milestone's planned and reached day; '' without milestones."""
    if not progress.milestones:
        return ""
    late = sum(is_behind(line, today) for line in progress.milestones)
    title = gettext("节点：%(n)s 个落后于计划") % {"n": late} if late else gettext("节点：没有落后于计划的")
    points = [
        Point(
            line.milestone.name, line.milestone.planned_on, line.reached, words_of(line, today), is_behind(line, today)
        )
        for line in progress.milestones
    ]
    return milestone_chart(title, points)


def is_behind(line: MilestoneLine, today: date) -> bool:
    """Reached late, or due and not reached."""
    return (line.days_late or 0) > 0 if line.reached else line.milestone.planned_on < today


def words_of(line: MilestoneLine, today: date) -> str:
    """How a milestone stands, in a word or two."""
    if line.days_late is None:
        return gettext("到期未完成") if line.milestone.planned_on < today else gettext("未到期")
    if line.days_late > 0:
        return gettext("晚 %(n)s 天") % {"n": line.days_late}
    return gettext("早 %(n)s 天") % {"n": -line.days_late} if line.days_late else gettext("按期")
