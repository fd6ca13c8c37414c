"""What was wrong in a sheet, cell by cell, and how a person is told."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from contest.documents.refusals import Translate, fill
from contest.i18n import N_

CELL_MESSAGES: Mapping[str, str] = {
    "missing_column": N_("缺少必填的列“%(title)s”。请从模板复制这一列的表头。"),
    "repeated_column": N_("列“%(title)s”出现了两次。请只保留一列。"),
    "no_rows": N_("表头下面没有数据。请从第 %(row)s 行起填写。"),
    "required": N_("第 %(row)s 行“%(title)s”没有填写，这一列必填。"),
    "too_long": N_("第 %(row)s 行“%(title)s”有 %(length)s 个字，最多 %(limit)s 个字。"),
    "not_integer": N_("第 %(row)s 行“%(title)s”是“%(value)s”，应是整数，例如 12。"),
    "not_decimal": N_("第 %(row)s 行“%(title)s”是“%(value)s”，应是数字，例如 12.5。"),
    "too_many_places": N_("第 %(row)s 行“%(title)s”是 %(value)s，最多 %(places)s 位小数。"),
    "out_of_range": N_("第 %(row)s 行“%(title)s”是 %(value)s，应在 %(minimum)s–%(maximum)s 之间。"),
    "below": N_("第 %(row)s 行“%(title)s”是 %(value)s，不能小于 %(minimum)s。"),
    "above": N_("第 %(row)s 行“%(title)s”是 %(value)s，不能大于 %(maximum)s。"),
    "not_date": N_("第 %(row)s 行“%(title)s”是“%(value)s”，看不出是哪一天。请写成 1990-02-28 的样子。"),
    "no_such_date": N_("第 %(row)s 行“%(title)s”是“%(value)s”，没有这一天。请改成真实日期，例如 1990-02-28。"),
    "not_a_choice": N_("第 %(row)s 行“%(title)s”是“%(value)s”，只能填：%(choices)s。"),
    "duplicate": N_("第 %(row)s 行“%(title)s”是“%(value)s”，与第 %(first_row)s 行重复。"),
    "number_too_long": N_(
        "第 %(row)s 行“%(title)s”是数字格式且超过 15 位（%(value)s），Excel 已把后面几位变成 0，"
        "无法还原。"
        "请先把这一列设为“文本”格式，再重新填写完整的号码。"
    ),
    "excel_error": N_("第 %(row)s 行“%(title)s”是 Excel 的错误值 %(value)s。请改正公式，或直接填写数值。"),
}
"""Words for every cell error; features add their own by giving a CellError its ``message``."""

NOTICE_MESSAGES: Mapping[str, str] = {
    "unknown_column": N_("列“%(title)s”（%(letter)s 列）不在模板中，没有读取。"),
    "header_not_first": N_("表头在第 %(row)s 行，上面的行没有读取。"),
    "other_sheet": N_("没有名为“%(wanted)s”的工作表，读取了第一个工作表“%(sheet)s”。"),
}


@dataclass(frozen=True)
class CellError:
    """What is wrong in one cell. ``row`` as Excel counts, ``column`` a key ("" for the row as a whole)."""

    row: int
    column: str
    code: str
    params: Mapping[str, object] = field(default_factory=dict)
    message: str = ""

    def words(self, translate: Translate = str) -> str:
        """Return the sentence for a person; ``message`` (a message id) goes before the general table."""
        return fill(self.message or CELL_MESSAGES[self.code], {"row": self.row, **self.params}, translate)


@dataclass(frozen=True)
class Notice:
    """Something read around, worth telling: code and parameters of ``NOTICE_MESSAGES``."""

    code: str
    params: Mapping[str, object]

    def words(self, translate: Translate = str) -> str:
        """Return the sentence for a person."""
        return fill(NOTICE_MESSAGES[self.code], self.params, translate)
