"""What the published page says beside the results: version, event, rules, panels, classes, the order of its rows."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from .bundle import Bundle
from .facts import Facts
from .report import Report
from .values import fraction

Row = dict[str, Any]


def check_shown(bundle: Bundle, facts: Facts, report: Report) -> None:
    """Every field of the snapshot that says again what stands elsewhere in the bundle."""
    shown, rules = bundle.snapshot, bundle.rules
    said = {
        "version": (shown["version"], bundle.version),
        "event": (shown["event"]["id"], bundle.event),
        "competition": (shown["competition"]["id"], bundle.manifest["competition"]),
        "rules": (shown["rules"]["digest"], facts.rules),
        "blind": (shown["rules"]["blind"], rules.get("blind", True)),
        "ranking": (shown["rules"]["ranking"], rules.get("ranking", "standard")),
        "stages": ([stage["id"] for stage in shown["stages"]], [stage["id"] for stage in rules["stages"]]),
        "judges": (shown["judges"], {stage: len(panel) for stage, panel in bundle.inputs["panels"].items()}),
        "class": (_classes(bundle), [row.get("class", "") for row in shown["rows"]]),
        "rows": (_is_in_order(shown["rows"], by_class=rules.get("rank_within", "event") == "class"), True),
    }
    wrong = ", ".join(name for name, (one, other) in said.items() if one != other)
    report.check(
        not wrong,
        "shown",
        ("成绩页写的版本、项目、评分办法、裁判组、组别和排列与核验包一致",
         "version, event, rules, panels, classes and order of the page are those of the bundle"),
        (f"成绩页写的与核验包不一致：{wrong}", f"the page says other things than the bundle: {wrong}"),
    )  # fmt: skip


def _classes(bundle: Bundle) -> list[str]:
    titles = {item["id"]: item.get("title") or item["id"] for item in bundle.rules.get("classes") or ()}
    entries = bundle.inputs["entries"]
    own = [entries.get(row["code"], {}).get("class") or "" for row in bundle.snapshot["rows"]]
    return [titles.get(key, key) for key in own]


def _is_in_order(rows: list[Row], *, by_class: bool) -> bool:
    """Ranked ones first, by rank (each class for itself); then those without a rank."""
    ranks: dict[str, list[tuple[bool, Fraction]]] = {}
    for row in rows:
        key = str(row.get("class", "")) if by_class else ""
        ranks.setdefault(key, []).append((row["rank"] is None, fraction(row["rank"] or "0")))
    return all(own == sorted(own) for own in ranks.values())
