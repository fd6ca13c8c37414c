"""The samples of rechecks (docs/bundle.md, Recheck): who could be drawn, the secret, and whom the seed drew."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from .bundle import Bundle, canonical, sha256
from .codes import Body, Competing, listed
from .lots import by_lot, is_plain
from .methods import round_to
from .report import Report
from .values import fraction

Data = dict[str, Any]
TOP, LEAST = 10, 15
"""All of the first ten; of the others at least so many per cent."""
MOST_WRONG = 5
"""Per cent of those read; with more wrong ones all are read."""
CHANGING = frozenset({
    "adoption", "draw", "mark", "correction", "factor", "veto", "recusal", "withdrawal", "fact", "measure",
})  # fmt: skip
"""Kinds after which the standings may be others."""


@dataclass(slots=True)
class Sample:
    """One recheck: its `ordered` row, who competed then, the last row before it that changed marks, its draw."""

    seq: int
    ordered: Data
    competing: frozenset[str]
    changed: int
    drawn: Data | None = None
    full: Data | None = None
    read: set[str] = field(default_factory=set)
    faulty: set[str] = field(default_factory=set)

    @property
    def is_whole(self) -> bool:
        """Whether too many of those read were wrong, and the others were not read."""
        return self.full is not None or len(self.faulty) * 100 <= MOST_WRONG * len(self.read)

    @property
    def chosen(self) -> set[str]:
        """Whom it takes to be read before it can be closed."""
        rows = [
            (self.drawn or {}).get("top", []),
            (self.drawn or {}).get("sample", []),
            (self.full or {}).get("entries", []),
        ]
        return {code for row in rows for code in row}


@dataclass(slots=True)
class Samples:
    """The rechecks in order, what is wrong with them, and the last row that changed marks."""

    items: list[Sample] = field(default_factory=list)
    wrong: list[tuple[str, str, str]] = field(default_factory=list)
    changed: int = 0

    def see(self, body: Body, competing: frozenset[str]) -> None:
        data, last = body["data"], self.items[-1] if self.items else None
        if data["state"] == "ordered":
            self.items.append(Sample(body["seq"], data, competing, self.changed))
        elif data["state"] == "drawn":
            self._draw(data)
        elif last is None or last.drawn is None:
            self.tell("sample", "没有抽样就复核了", "something was rechecked before a sample was drawn")
        elif data["state"] == "read":
            last.read.add(data["entry"])
            (last.faulty.add if data.get("result") == "wrong" else last.faulty.discard)(data["entry"])
        elif data["state"] == "full":
            last.full = data
        elif data["state"] != "closed" or not last.read >= last.chosen:
            self.tell("sample", "抽中的没有全部复核就结束了", "it was closed before all of the sample were read")
        elif not last.is_whole:
            self.tell("sample", "错误超过 5%，没有全部复核", "more than 5 % were wrong, and not all were read")

    def _draw(self, data: Data) -> None:
        if not self.items or self.items[-1].drawn is not None:
            self.tell("secret", "秘密公开以前没有承诺，或者抽了两次", "drawn without a commitment before it, or twice")
        else:
            self.items[-1].drawn = data

    def tell(self, code: str, chinese: str, english: str) -> None:
        self.wrong.append((code, chinese, english))


def check_samples(bundle: Bundle, rows: list[Body], report: Report) -> None:
    """Every recheck that was drawn before this publication."""
    samples, competing = Samples(), Competing()
    for body in rows:
        competing.see(body)
        if body["kind"] in CHANGING:
            samples.changed = body["seq"]
        elif body["kind"] == "recheck":
            samples.see(body, competing.codes)
    if not samples.items and not samples.wrong:
        report.absent("sample", "流水里没有复核抽样", "the ledger records no sample of a recheck")
        return
    for number, item in enumerate(samples.items, 1):
        if item.drawn is None:
            report.note(
                "undrawn",
                f"第 {number} 次复核没有核对，因为还没有抽样",
                f"recheck {number} was not checked, because its sample was never drawn",
            )
        else:
            _check_secret(bundle, item, samples)
            _check_drawn(item, samples)
    drawn = [item for item in samples.items if item.drawn is not None]
    _check_top(bundle, drawn, samples, report)
    _report(report, samples, drawn)


def _check_secret(bundle: Bundle, item: Sample, samples: Samples) -> None:
    """The secret is the one committed to, the root that of the marks as they were, the seed made of both and words."""
    drawn, root = item.drawn or {}, item.ordered["root"]
    if sha256(bytes.fromhex(drawn["secret"])) != item.ordered["commitment"]:
        samples.tell("secret", "公开的秘密不是承诺的那个", "the secret is not the one committed to")
    rows = range(max(item.changed, 1), item.seq)
    if not any(bundle.ledger[seq - 1]["hash"] == root for seq in rows):
        samples.tell("secret", "种子所用的流水根不是发起时的", "the root is not the chain's when it was ordered")
    said = drawn["words"].strip() and is_plain(drawn["secret"], drawn["words"], root)
    made = sha256(f"{drawn['secret']}\n{drawn['words']}\n{root}".encode())
    if not said or made != drawn["seed"]:
        samples.tell(
            "secret", "种子不是由秘密、当众产生的数字和流水根得来", "the seed is not that of secret, words, root"
        )


def _check_drawn(item: Sample, samples: Samples) -> None:
    ordered, drawn = item.ordered, item.drawn or {}
    top, sample = drawn["top"], drawn["sample"]
    rest = sorted(item.competing - set(top), key=lambda code: (len(code), code))
    is_whole = set(top) <= item.competing and len(set(top)) == len(top) and len(top) + len(rest) == ordered["entries"]
    if not is_whole or sha256(canonical({"top": top, "rest": rest})) != ordered["candidates"]:
        samples.tell("candidates", "可抽的名单不是承诺的那份", "the candidates are not those committed to")
    if ordered["percent"] < LEAST or len(top) < min(TOP, ordered["entries"]):
        samples.tell("candidates", "前十名没有全部复核，或抽样不到 15%", "less than the top ten and 15 % of the rest")
    count = round_to(fraction(ordered["percent"]) * len(rest) / 100, {"places": 0, "mode": "up"})
    if sample != by_lot(drawn["seed"], "", rest)[: int(count)]:
        samples.tell("sample", "抽中的不是种子抽出来的", "those drawn are not whom the seed draws")
    if item.full is not None and set(item.full["entries"]) != set(rest) - set(sample):
        samples.tell("sample", "全部复核时漏了人", "not all others were read in the full recheck")


def _check_top(bundle: Bundle, drawn: Sequence[Sample], samples: Samples, report: Report) -> None:
    """The top is that of the standings when it was ordered: comparable while these are still those published."""
    same = [item for item in drawn if item.changed == samples.changed]
    for item in same:
        if not _is_top((item.drawn or {})["top"], bundle.snapshot["rows"]):
            samples.tell("candidates", "全部复核的不是名次最前的", "those read in full are not the first ones")
    if count := len(drawn) - len(same):
        report.note(
            "top",
            f"{count} 次复核的前十名没有核对，因为以后成绩有过改动",
            f"the first ten of {count} rechecks were not checked, because results changed since",
        )


def _is_top(top: Sequence[str], rows: Sequence[Data]) -> bool:
    """The first ten rows and whoever shares the tenth's rank; who of the unranked fills up the ten is open."""
    cut = min(TOP, len(rows))
    while 0 < cut < len(rows) and rows[cut]["rank"] and rows[cut]["rank"] == rows[cut - 1]["rank"]:
        cut += 1
    first = rows[:cut]
    if all(row["rank"] for row in first):
        return set(top) == {row["code"] for row in first}
    return len(top) == cut and set(top) >= {row["code"] for row in first if row["rank"]}


def _report(report: Report, samples: Samples, drawn: Sequence[Sample]) -> None:
    good = {
        "secret": (
            f"{len(drawn)} 次复核抽样：秘密先承诺、后公开，种子由它、当众产生的数字和流水根得来",
            f"{len(drawn)} samples of rechecks: the secret was committed to first; secret, words, ledger give the seed",
        ),
        "candidates": (
            "可抽的名单就是承诺的那份，全部参赛都在内",
            "the candidates are those committed to, and all who competed",
        ),
        "sample": (
            f"按种子重抽，抽中的逐个一致：{listed(code for item in drawn for code in (item.drawn or {})['sample'])}",
            "drawn again from the seed, the sample is the same",
        ),
    }
    for code, words in good.items():
        told = [item for item in samples.wrong if item[0] == code]
        if drawn or told:
            chinese, english = "；".join(x[1] for x in told[:5]), "; ".join(x[2] for x in told[:5])
            report.check(not told, code, words, (f"复核抽样不符：{chinese}", f"sample of a recheck: {english}"))
