"""One box of the rule-set editor, and the boxes that several parts share.

A box's name is the field's path inside its part (`method.drop_high`), so that a problem of the core finds its box.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from contest.competitions import field_choices as lists
from contest.i18n import N_

BoxKind = Literal["text", "long", "number", "whole", "choice", "flag", "truth", "level", "rows", "names", "parts"]


@dataclass(frozen=True, slots=True)
class Box:
    """One field of a part. `head`: a field without which (without all of them) its group is absent.

    `empty`: a choice that may be left open.
    """

    name: str
    label: str
    kind: BoxKind = "text"
    choices: lists.Choices = ()
    hint: str = ""
    head: bool = False
    default: bool = False
    group: str = ""
    unit: str = ""
    empty: bool = False

    @property
    def holder(self) -> str:
        return self.name.rpartition(".")[0]


def rounding(name: str, group: str, what: str) -> tuple[Box, ...]:
    return (
        Box(f"{name}.places", what, "whole", hint=N_("保留几位小数；不填就不修约。"), head=True, group=group),
        Box(f"{name}.mode", N_("修约方式"), "choice", lists.ROUNDINGS, group=group),
    )


def method(name: str, group: str, hint: str) -> tuple[Box, ...]:
    return (
        Box(f"{name}.name", N_("合成方法"), "choice", lists.METHODS, hint=hint, head=True, group=group),
        Box(f"{name}.drop_high", N_("去掉最高分的个数"), "whole", group=group),
        Box(f"{name}.drop_low", N_("去掉最低分的个数"), "whole", group=group),
        Box(f"{name}.min_scores", N_("至少要有几个有效分"), "whole", group=group),
        Box(f"{name}.max_spread", N_("最大分差"), "number", hint=N_("超过就须商议；不填不限制。"), group=group),
        Box(f"{name}.missing", N_("有裁判没有打分时"), "choice", lists.MISSING, group=group),
        Box(
            f"{name}.clamp",
            N_("离平均超过多少就拉回"),
            "number",
            hint=N_("超过的分按平均 ± 这个数计；不填不拉回。"),
            group=group,
        ),
        Box(
            f"{name}.max_kept_spread",
            N_("计入的分最大相差"),
            "number",
            hint=N_("去掉最高最低之后；超过就须商议。"),
            group=group,
        ),
        *rounding(f"{name}.rounding", group, N_("合成后的小数位")),
    )


ID = Box("id", N_("编号"), hint=N_("同一阶段内不重复，例如 A1；不能有空格、逗号、斜线。"))
TITLE = Box("title", N_("名称"))
WEIGHT = Box("weight", N_("权重"), "number", hint=N_("乘到得分上的数，例如 0.7；不填是 1。"))
