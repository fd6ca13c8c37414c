"""Words for trouble with documents, and the domain errors that carry them up to a page."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from contest.documents.problems import Trouble
from contest.errors import InvalidError
from contest.i18n import N_

Translate = Callable[[str], str]


class DocumentError(InvalidError):
    """A document that can't be read or made; ``code`` is stable and for programs, ``message`` is for people."""

    def __init__(self, code: str, params: Mapping[str, object] | None = None) -> None:
        """Take the words of ``code`` from ``REFUSALS``; an unknown code reads as "unreadable"."""
        super().__init__(REFUSALS.get(code, REFUSALS["unreadable"]), None, **dict(params or {}))
        self.code = code

    def words(self, translate: Translate = str) -> str:
        """Return the sentence for a person, for jobs and workbooks; pages use ``i18n.error_text``."""
        return fill(self.message, self.params, translate)


class WorkbookRefused(DocumentError):  # noqa: N818 - reads as what happened
    """A whole file that is not read: wrong kind, too large, damaged or hostile."""


class PdfFailed(DocumentError):  # noqa: N818 - reads as what happened
    """A PDF that could not be made: ``timeout``, ``memory``, ``missing_glyphs``, ``no_fonts`` or ``unmade``."""


@contextmanager
def told_as(kind: type[DocumentError]) -> Iterator[None]:
    """Raise the domain error ``kind`` for any Trouble inside."""
    try:
        yield
    except Trouble as trouble:
        raise kind(trouble.code, trouble.params) from trouble


def fill(message: str, params: Mapping[str, object], translate: Translate = str) -> str:
    """Translate a message id and put the parameters in; one that is absent shows as its name, never as a
    crash.
    """
    return translate(message) % _Lenient(params)


class _Lenient(dict[str, object]):
    """Leaves unknown placeholders standing: a wrong message must not hide the real problem."""

    def __missing__(self, key: str) -> str:
        return f"%({key})s"


REFUSALS: Mapping[str, str] = {
    "too_many_pixels": N_("照片的像素太多，最多 5000 万。请缩小后再上传。"),
    "empty": N_("文件是空的（0 字节）。请重新选择要上传的文件。"),
    "too_large": N_("文件有 %(size)s MB，超过了 %(limit)s MB。请只保留需要导入的工作表，或分成几个文件。"),
    "not_xlsx": N_("这不是 Excel 工作簿（.xlsx）。请在 Excel 或 WPS 中打开，另存为“Excel 工作簿 (*.xlsx)”后再上传。"),
    "html": N_("这个文件其实是网页，只是改了扩展名。请在 Excel 或 WPS 中打开，另存为“Excel 工作簿 (*.xlsx)”后再上传。"),
    "old_xls": N_("这是旧格式的 Excel 文件（.xls）。请在 Excel 或 WPS 中另存为“Excel 工作簿 (*.xlsx)”后再上传。"),
    "xlsb": N_("这是二进制工作簿（.xlsb）。请另存为“Excel 工作簿 (*.xlsx)”后再上传。"),
    "ods": N_("这是 OpenDocument 表格（.ods）。请另存为“Excel 工作簿 (*.xlsx)”后再上传。"),
    "macros": N_("工作簿里有宏，为了安全不予读取。请另存为不含宏的“Excel 工作簿 (*.xlsx)”后再上传。"),
    "encrypted": N_("工作簿设了打开密码，无法读取。请在 Excel 或 WPS 中去掉密码，保存后再上传。"),
    "corrupt": N_("文件已损坏，无法完整读取（可能没有传完）。请重新打开原文件，另存一份后再上传。"),
    "hostile": N_(
        "工作簿内部含有不允许的内容（%(detail)s），不予读取。请在 Excel 或 WPS 中新建工作簿，把数据粘贴为数值后再上传。"
    ),
    "too_many_parts": N_("工作簿由 %(count)s 个部件组成，超过了 %(limit)s 个。请把数据粘贴到新建的工作簿后再上传。"),
    "too_big_inside": N_("工作簿展开后有 %(size)s MB，超过了 %(limit)s MB。请把需要的数据粘贴到新建的工作簿后再上传。"),
    "ratio": N_(
        "工作簿的一个部件（%(part)s）压缩得异常紧，像是恶意文件，不予读取。请把数据粘贴到新建的工作簿后再上传。"
    ),
    "too_many_rows": N_(
        "工作表“%(sheet)s”一直用到第 %(row)s 行，一次最多读取 %(limit)s 行。请删除多余的行，或分成几个文件。"
    ),
    "too_many_columns": N_("工作表“%(sheet)s”用到了 %(columns)s 列，最多读取 %(limit)s 列。请删除多余的列。"),
    "too_many_cells": N_("工作表“%(sheet)s”范围太大（%(row)s 行 × %(columns)s 列）。请删除数据以外零散的单元格。"),
    "no_sheet": N_("工作簿里没有名为“%(sheet)s”的工作表，只有：%(sheets)s。"),
    "no_sheets": N_("工作簿里没有工作表。"),
    "no_header": N_(
        "在工作表“%(sheet)s”的前 %(rows)s 行里没有找到表头。表头应包含：%(columns)s。请下载模板，按模板填写。"
    ),
    "encoding": N_("看不懂文件的文字编码。请存为 UTF-8 编码的 CSV，或存为 Excel 工作簿 (*.xlsx)。"),
    "not_text": N_("这不是文本文件，无法按 CSV 读取。请上传 .xlsx 或 .csv 文件。"),
    "timeout": N_("处理这个文件超过了 %(seconds)s 秒，已停止。请减少内容后再试。"),
    "memory": N_("处理这个文件需要的内存太多，已停止。请减少内容后再试。"),
    "unreadable": N_("无法读取这个文件。请重新打开原文件，另存一份后再上传。"),
    "unmade": N_("文件没有生成。请稍后再试；若仍然不行，请告诉管理员。"),
    "missing_glyphs": N_("这些字在本机字体中没有字形，印出来会缺字：%(characters)s。请安装含有这些字的字体后再生成。"),
    "no_fonts": N_("本机没有安装中文字体，无法生成文件。请安装 Noto CJK 字体后再试。"),
}
"""Words for every refusal code; the tests hold this table against the codes the modules raise."""
