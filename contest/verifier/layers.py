"""A sealing in two layers (docs/bundle.md, Layers): entry id to lot number, lot number to blind code."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from .bundle import Bundle, sha256
from .codes import Body, has_right_letter, listed
from .report import Report

LOT = "S"
STEPS = [(2, "opened"), (2, "witnessed"), (1, "opened"), (1, "witnessed")]


@dataclass(slots=True)
class Layers:
    """`sealed`: per layer number -> commitment; `later`: codes sealed after layer 2 was opened."""

    sealed: dict[int, dict[str, str]] = field(default_factory=lambda: {1: {}, 2: {}})
    lines: dict[str, dict[str, Any]] | None = None
    steps: list[tuple[int, str]] = field(default_factory=list)
    later: set[str] = field(default_factory=set)
    twice: set[str] = field(default_factory=set)
    unknown: set[str] = field(default_factory=set)

    def seal(self, data: dict[str, Any]) -> None:
        layer = self.sealed[data["layer"]]
        for item in data["entries"]:
            if item["code"] in layer:
                self.twice.add(item["code"])
            layer[item["code"]] = item["commitment"]
            if data["layer"] == STEPS[0][0] and self.lines is not None:
                self.later.add(item["code"])

    def open(self, data: dict[str, Any]) -> None:
        self.steps.append((data["layer"], data["state"]))
        if self.steps[-1] == STEPS[0]:
            self.lines = {line["to"]: line for line in data["lines"]}
            if len(self.lines) != len(data["lines"]) or len({x["from"] for x in data["lines"]}) != len(data["lines"]):
                self.twice |= set(self.lines)


def check_layers(bundle: Bundle, rows: list[Body], erased: set[str], report: Report) -> None:
    """Nothing where the event was sealed in one plain layer."""
    layers, drawn = Layers(), set()
    for body in rows:
        if body["kind"] == "layer":
            layers.seal(body["data"])
        elif body["kind"] == "unseal":
            layers.open(body["data"])
        elif body["kind"] == "draw":
            drawn |= {item["code"] for item in body["data"]["entries"]}
    if not layers.sealed[1] and not layers.sealed[2] and not layers.steps:
        return
    _check_sealed(layers, drawn, report)
    _check_steps(layers, report)
    _check_second(layers, report)
    _check_first(bundle, layers, erased, report)


def _check_sealed(layers: Layers, drawn: set[str], report: Report) -> None:
    """Each number once, a lot for every code, and the codes of the second layer the very ones that were drawn."""
    wrong = set(layers.twice) | (layers.sealed[2].keys() ^ drawn)
    wrong |= {lot for lot in layers.sealed[1] if not (lot.startswith(LOT) and has_right_letter(lot[1:]))}
    report.check(
        not wrong,
        "layers",
        (
            f"分两层加密：{len(layers.sealed[1])} 个参赛号、{len(layers.sealed[2])} 个加密号各承诺一次，与抽签一致",
            f"two layers: {len(layers.sealed[1])} lot numbers, {len(layers.sealed[2])} blind codes, those of the draw",
        ),
        (f"分层加密的承诺与抽签不一致：{listed(wrong)}", f"the layers and the draw differ: {listed(wrong)}"),
    )


def _check_steps(layers: Layers, report: Report) -> None:
    if layers.steps != STEPS[: len(layers.steps)]:
        told = listed(f"{layer} {state}" for layer, state in layers.steps)
        report.bad("unsealing", f"解密不是先第二层、后第一层：{told}", f"not opened in reverse order: {told}")
    elif len(layers.steps) == len(STEPS):
        report.good(
            "unsealing",
            "解密按相反的顺序，每层都有监督确认",
            "the layers were opened in reverse order, each confirmed by a supervisor",
        )
    else:
        report.note(
            "unsealing",
            "解密的顺序没有核对完，因为还有一层没有解密或者没有确认",
            "the order of opening was not checked to its end, because a layer is not opened or not confirmed yet",
        )


def _check_second(layers: Layers, report: Report) -> None:
    if layers.lines is None:
        report.note(
            "layer2",
            "第二层（参赛号到加密号）没有核对，因为还没有解密",
            "layer 2 (lot number to blind code) was not checked, because it is not opened yet",
        )
        return
    awaited = layers.sealed[2].keys() - layers.later
    wrong = {code for code, line in layers.lines.items() if _second(line) != layers.sealed[2].get(code)}
    wrong |= awaited ^ layers.lines.keys()
    wrong |= {code for code, line in layers.lines.items() if line["from"] not in layers.sealed[1]}
    report.check(
        not wrong,
        "layer2",
        (
            f"第二层的 {len(awaited)} 个承诺全部打开，每个都来自第一层的参赛号",
            f"the {len(awaited)} commitments of layer 2 open, each from a lot number of layer 1",
        ),
        (f"第二层的承诺不符：{listed(wrong)}", f"commitments of layer 2 do not open: {listed(wrong)}"),
    )
    if layers.later:
        report.note(
            "layer2_later",
            f"第二层有 {len(layers.later)} 个承诺没有核对，因为是解密以后补抽的：{listed(layers.later)}",
            f"{len(layers.later)} commitments of layer 2 were not checked, because they were drawn after its opening:"
            f" {listed(layers.later)}",
        )


def _check_first(bundle: Bundle, layers: Layers, erased: set[str], report: Report) -> None:
    """`entries.json` opens the first layer as it opens the draw: with salts that an erasure destroys."""
    opening = [entry for entry in bundle.entries if entry.get("lot_salt")]
    if not opening:
        report.note(
            "layer1",
            "第一层（身份到参赛号）没有核对，因为核验包里没有它的盐值；加密号与身份的承诺另已核对",
            "layer 1 (identity to lot number) was not checked, because the bundle does not hold its salts; the plain"
            " commitment of identity to blind code was",
        )
        return
    wrong = {entry["code"] for entry in opening if layers.sealed[1].get(entry["lot"]) != _first(entry)}
    wrong |= {entry["code"] for entry in bundle.entries if not entry.get("lot_salt")} - erased
    if len({entry["lot"] for entry in opening}) != len(opening):
        wrong |= {entry["code"] for entry in opening}
    lines = layers.lines or {}
    wrong |= {entry["code"] for entry in opening if entry["code"] in lines
              and lines[entry["code"]]["from"] != entry["lot"]}  # fmt: skip
    report.check(
        not wrong,
        "layer1",
        (
            f"第一层的 {len(opening)} 个承诺打开，两层连起来就是抽签的对应关系",
            f"{len(opening)} commitments of layer 1 open, and both layers together give what the draw says",
        ),
        (f"第一层的承诺不符：{listed(wrong)}", f"commitments of layer 1 do not open: {listed(wrong)}"),
    )
    if closed := layers.sealed[1].keys() - {entry["lot"] for entry in opening}:
        report.note(
            "layer1_closed",
            f"第一层有 {len(closed)} 个承诺没有打开，因为退赛或已删除者的身份不公开：{listed(closed)}",
            f"{len(closed)} commitments of layer 1 were not opened, because who withdrew or was erased is not"
            f" published: {listed(closed)}",
        )


def _first(entry: dict[str, Any]) -> str:
    return sha256(f"{entry['lot_salt']}\n{entry['id']}\n{entry['lot']}".encode())


def _second(line: dict[str, Any]) -> str:
    return sha256(f"{line['salt']}\n{line['from']}\n{line['to']}".encode())
