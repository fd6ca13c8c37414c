"""What is wrong with a rule set or a mark: codes and parameters, never sentences (pages word them)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

Parameters = Mapping[str, str | int]


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault of a document. `path` names the place, as in `stages[0].rubric[1].max`."""

    path: str
    code: str
    params: Parameters = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class MarkProblem:
    """Why a typed value is not a mark of its aspect."""

    code: str
    params: Parameters = field(default_factory=dict)


class CoreError(ValueError):
    """A rule cannot be applied; `code` says why (`insufficient_scores`, `weights_must_sum_to_1` …)."""

    def __init__(self, code: str, **params: str | int) -> None:
        super().__init__(f"{code} {params}" if params else code)
        self.code = code
        self.params: Parameters = params


class RuleSetError(CoreError):
    """The document is no valid rule set. All faults are in `problems`, not only the first."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("invalid_rule_set")
        self.problems = problems

    def __str__(self) -> str:
        return "; ".join(f"{problem.path}: {problem.code}" for problem in self.problems)
