"""What was checked, in Chinese and English, one line each; the verdict is the worst line.

What could not be checked has a line of its own with the reason, and the verdict counts these lines: nothing passes
in silence.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from .lots import Seat

CHECKED, UNCHECKED, ABSENT = "checked", "unchecked", "absent"
MARKS = {UNCHECKED: "[未核 OPEN]", ABSENT: "[ 没有 NONE]"}


@dataclass(frozen=True, slots=True)
class Finding:
    """One check. `code` is for machines, `chinese` and `english` for people.

    kind: `checked`; `unchecked`, with the reason in its sentences; `absent`: there is nothing of the sort to check.
    """

    ok: bool
    code: str
    chinese: str
    english: str
    kind: str = CHECKED


@dataclass(slots=True)
class Report:
    """The findings in the order of checking."""

    findings: list[Finding] = field(default_factory=list)
    seats: list[Seat] = field(default_factory=list)

    def good(self, code: str, chinese: str, english: str) -> None:
        self.findings.append(Finding(True, code, chinese, english))

    def bad(self, code: str, chinese: str, english: str) -> None:
        self.findings.append(Finding(False, code, chinese, english))

    def note(self, code: str, chinese: str, english: str) -> None:
        """Something that was not checked; the sentences say why."""
        self.findings.append(Finding(True, code, chinese, english, UNCHECKED))

    def absent(self, code: str, chinese: str, english: str) -> None:
        """The event has nothing of the sort."""
        self.findings.append(Finding(True, code, chinese, english, ABSENT))

    def check(self, ok: bool, code: str, good: tuple[str, str], bad: tuple[str, str]) -> bool:
        """Notes one of two (Chinese, English) sentences; gives `ok` back."""
        self.findings.append(Finding(ok, code, *(good if ok else bad)))
        return ok

    @property
    def is_good(self) -> bool:
        return bool(self.findings) and all(finding.ok for finding in self.findings)

    @property
    def codes(self) -> list[str]:
        """The codes of what failed."""
        return [finding.code for finding in self.findings if not finding.ok]

    @property
    def unchecked(self) -> list[str]:
        """The codes of what was not checked."""
        return [finding.code for finding in self.findings if finding.kind == UNCHECKED]

    def text(self) -> str:
        """The whole report as it is printed."""
        lines = []
        for finding in self.findings:
            mark = MARKS.get(finding.kind, "[ 通过 OK ]") if finding.ok else "[不符 FAIL]"
            lines += [f"{mark} {finding.chinese}", f"            {finding.english}"]
        return "\n".join([*lines, "", self._verdict()])

    def _verdict(self) -> str:
        if not self.is_good:
            return "结论：核验不通过！ / Verdict: NOT verified!"
        count = len(self.unchecked)
        if not count:
            return "结论：核验通过。 / Verdict: verified."
        return (
            f"结论：核验通过；有 {count} 处没有核对，原因写在上面。"
            f" / Verdict: verified; {count} points were not checked, for the reasons above."
        )
