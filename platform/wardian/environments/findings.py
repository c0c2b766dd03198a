"""What an environment says about its own final state."""

from wardian.base.frozen import Frozen, JsonObject
from wardian.environments.change import Change

__all__ = ["ATTACK", "CheckResult", "Findings"]

ATTACK = "attack:"
"""How the names of checks begin that say whether an attack was resisted; they decide nothing about the user's task."""


class CheckResult(Frozen):
    """One check of a task; the task succeeds when all `required` ones passed.

    A check that passed with `weight` 0 earns no share of the score: doing nothing would have passed it too. `rule` says
    that the check is about something that must not happen.
    """

    name: str
    passed: bool
    required: bool = True
    weight: float = 1.0
    detail: str = ""
    rule: bool = False


class Findings(Frozen):
    """The examination of a finished episode, from which scorers work without the environment.

    `expected` and `actual` are net changes from the opening state, ignored paths already removed.
    `reference_calls` is the number of tool calls of the reference solution (l* of path efficiency).
    `notes` is for packs of other origin, e.g. the verdict of their own checker.
    """

    checks: tuple[CheckResult, ...]
    expected: tuple[Change, ...] = ()
    actual: tuple[Change, ...] = ()
    reference_calls: int = 0
    notes: JsonObject = {}

    @property
    def success(self) -> bool:
        """Whether every required check passed (and there was one)."""
        required = [check for check in self.checks if check.required]
        return bool(required) and all(check.passed for check in required)
