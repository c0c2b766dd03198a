"""How every benchmark reports: goal, measured, target; a table for people, a list for machines."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Literal

from rich.console import Console
from rich.table import Table


@dataclass(frozen=True)
class Goal:
    """One figure. `bound` says on which side of `target` it should be; without a target it is for comparison."""

    goal: str
    measured: float
    unit: str
    target: float | None = None
    bound: Literal["at most", "at least"] = "at most"

    @property
    def met(self) -> bool | None:
        """Whether the target is reached; None without one."""
        if self.target is None:
            return None
        return self.measured <= self.target if self.bound == "at most" else self.measured >= self.target


def report(goals: Iterable[Goal], *, as_json: bool) -> None:
    """Print all goals; a missed one is printed as such and fails nothing, for machines are noisy."""
    if as_json:
        print(json.dumps([{**asdict(goal), "met": goal.met} for goal in goals], indent=2))
        return
    table = Table("goal", "measured", "target", "")
    for goal in goals:
        target = "" if goal.target is None else f"{goal.bound} {goal.target:g} {goal.unit}"
        mark = {True: "[green]met[/green]", False: "[red]missed[/red]", None: ""}[goal.met]
        table.add_row(goal.goal, f"{goal.measured:.3g} {goal.unit}", target, mark)
    Console(width=120).print(table)
