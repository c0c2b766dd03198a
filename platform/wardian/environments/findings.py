"""What an environment says about its own final state."""

from collections.abc import Sequence
from typing import Literal

from wardian.base.frozen import Frozen, JsonObject
from wardian.environments.change import Change

__all__ = ["ATTACK", "CheckResult", "Findings", "Rule"]

Rule = Literal[
    "requires_before", "confirm_before_write", "forbids", "at_most", "no_disclosure", "handoff_when", "invariant"
]
"""Kinds of rules that an agent keeps or breaks."""

ATTACK = "attack:"
"""How the names of checks begin that say whether an attack was resisted; they decide nothing about the user's task."""


class CheckResult(Frozen):
    """One check of a task; the task succeeds when all `required` ones passed.

    A check that passed with `weight` 0 earns no share of the score: doing nothing would have passed it too.

    `rule` says which kind of rule it is about, if it is about one. `milestone`: it is a stage on the way to the goal,
    and stays so once it is reached. `actions` are those that decided it, where it is known: they broke the rule, or
    reached the milestone. The agent's tool calls and its texts to the user are counted together, from 0.
    """

    name: str
    passed: bool
    required: bool = True
    weight: float = 1.0
    detail: str = ""
    rule: Rule | None = None
    milestone: bool = False
    actions: tuple[int, ...] = ()


class Findings(Frozen):
    """The examination of a finished episode, from which scorers work without the environment.

    `expected` and `actual` are net changes from the opening state, ignored paths already removed: those that `ignored`
    names ("table" or "table.column"), of which the changes that calls report may speak. `passing` is what the reference
    changes (table, key and column) and what is as it was in the end.
    `reference_calls` is the number of tool calls of the reference solution (l* of path efficiency), `reference_reads`
    how many of them call a tool that only reads. `milestones` is how many checks of that kind the reference's way has,
    where `checks` may lack some. `virtual_s` is the world's own time that has passed, in seconds.
    `notes` is for packs of other origin, e.g. the verdict of their own checker.
    """

    checks: tuple[CheckResult, ...]
    expected: tuple[Change, ...] = ()
    actual: tuple[Change, ...] = ()
    ignored: tuple[str, ...] = ()
    passing: tuple[tuple[str, str, str], ...] = ()
    reference_calls: int = 0
    reference_reads: int | None = None
    milestones: int = 0
    virtual_s: float | None = None
    notes: JsonObject = {}

    def renumbered(self, hidden: Sequence[int]) -> "Findings":
        """The same where the actions with the numbers `hidden`, in their order, happened and were not counted."""
        checks = [check.model_copy(update={"actions": _shifted(check.actions, hidden)}) for check in self.checks]
        return self.model_copy(update={"checks": tuple(checks)})

    @property
    def success(self) -> bool:
        """Whether every required check passed (and there was one)."""
        required = [check for check in self.checks if check.required]
        return bool(required) and all(check.passed for check in required)


def _shifted(actions: Sequence[int], hidden: Sequence[int]) -> tuple[int, ...]:
    """The numbers among all actions."""
    shifted = list(actions)
    for number in hidden:
        shifted = [action + (action >= number) for action in shifted]
    return tuple(shifted)
