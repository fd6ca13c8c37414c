"""The kinds of things that wait, in words, and the route by which each is done: whom the matrix refuses has none."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from contest.acts.models import ActKind


class OtherKind(StrEnum):
    """What waits besides the acts of two persons: kept in tables of its own."""

    RULES = "rules"
    ERASURE = "erasure"
    LAYER = "layer"
    WITNESS = "witness"
    CHIEF = "chief"
    SUPERVISOR = "supervisor"
    PAPER = "paper"


Kind = ActKind | OtherKind
KINDS: tuple[Kind, ...] = (*ActKind, *OtherKind)
KIND_NAMES: Mapping[Kind, str] = {
    ActKind.UNSEALING: "解密",
    ActKind.PUBLICATION: "发布成绩",
    ActKind.MARK: "更正分数",
    ActKind.FACT: "更正登记事项",
    ActKind.WITHDRAWAL: "更正是否退赛",
    ActKind.RECUSAL: "取消回避",
    ActKind.WAIVER: "见证免签",
    ActKind.CONFLICT: "撤回利害关系申报",
    ActKind.TABLE: "已发布总表换版",
    ActKind.FORMALITIES: "放宽手续",
    ActKind.UNLOCK: "解锁评分",
    ActKind.RECUSING: "登记回避（已评过分）",
    OtherKind.RULES: "修改评分办法",
    OtherKind.ERASURE: "删除个人信息",
    OtherKind.LAYER: "分层解密：解开您保管的一层",
    OtherKind.WITNESS: "分层解密：见证",
    OtherKind.CHIEF: "以裁判长身份签评分表",
    OtherKind.SUPERVISOR: "以监督身份签评分表",
    OtherKind.PAPER: "核对录入的纸质评分表",
}

DONE_BY: Mapping[Kind, str] = {
    ActKind.UNSEALING: "entries.confirm_unsealing",
    ActKind.PUBLICATION: "publications.confirm",
    ActKind.MARK: "corrections.confirm_mark",
    ActKind.FACT: "corrections.confirm_mark",
    ActKind.WITHDRAWAL: "corrections.confirm_mark",
    ActKind.RECUSAL: "judging.confirm_lifting",
    ActKind.WAIVER: "judging.confirm_waiver",
    ActKind.CONFLICT: "judging.confirm_withdrawal",
    ActKind.TABLE: "overall.confirm",
    ActKind.FORMALITIES: "corrections.confirm_loosening",
    ActKind.UNLOCK: "judging.confirm_unlock",
    ActKind.RECUSING: "judging.confirm_recusal",
    OtherKind.RULES: "corrections.approve",
    OtherKind.ERASURE: "erasures.agree",
    OtherKind.LAYER: "entries.open_layer",
    OtherKind.WITNESS: "entries.witness_layer",
    OtherKind.CHIEF: "judging.sign_waiting",
    OtherKind.SUPERVISOR: "judging.sign_waiting",
    OtherKind.PAPER: "judging.check_paper",
}
