"""What was checked, in Chinese and English, one line each; the verdict is the worst line."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Finding:
    """One check. `code` is for machines, `chinese` and `english` for people."""

    ok: bool
    code: str
    chinese: str
    english: str


@dataclass(slots=True)
class Report:
    """The findings in the order of checking."""

    findings: list[Finding] = field(default_factory=list)

    def good(self, code: str, chinese: str, english: str) -> None:
        self.findings.append(Finding(True, code, chinese, english))

    def bad(self, code: str, chinese: str, english: str) -> None:
        self.findings.append(Finding(False, code, chinese, english))

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

    def text(self) -> str:
        """The whole report as it is printed."""
        lines = []
        for finding in self.findings:
            mark = "[ 通过 OK ]" if finding.ok else "[不符 FAIL]"
            lines += [f"{mark} {finding.chinese}", f"            {finding.english}"]
        good, bad = "结论：核验通过。 / Verdict: verified.", "结论：核验不通过！ / Verdict: NOT verified!"
        return "\n".join([*lines, "", good if self.is_good else bad])
