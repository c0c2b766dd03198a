"""One BFCL task as an environment."""

from collections.abc import Iterator, Sequence

import orjson

from wardian.base.errors import EnvironmentFault
from wardian.base.messages import Message, ToolCall, ToolSchema
from wardian.environments.environment import Environment
from wardian.environments.findings import CheckResult, Findings
from wardian.environments.observation import Observation, refusal
from wardian.environments.tool import ToolError

from .calls import Call, read_arguments
from .grading import Log, Verdict, grade, grade_restraint
from .library import Library
from .limits import require_small
from .rows import net_changes, rows_digest
from .scenario import Scenario
from .world import World

__all__ = ["BfclEnvironment"]


class BfclEnvironment(Environment):
    """A user who says one line a turn, and simulated services that the agent's calls act upon.

    A text of the agent ends the turn. Everything that happened is in the log of executed calls, so the
    log is the snapshot, and it is what BFCL grades. BFCL's tasks have no chance in them: the seed is unused.
    """

    def __init__(self, library: Library, scenario: Scenario) -> None:
        self._library = library
        self._scenario = scenario
        self._world = World(library, scenario)
        self._log: list[list[Call]] = [[]]

    async def open(self, seed: int) -> Sequence[Message]:
        """The user's first line."""
        return [Message(role="user", content=self._line(0))]

    def tools(self) -> Sequence[ToolSchema]:
        """The functions of the task's services; withheld ones join at the end when their turn has come."""
        return self._scenario.tools(self._turn)

    async def call(self, call: ToolCall) -> Observation:
        """Execute one call. Texts are BFCL's own, but for calls that never reach it.

        A withheld function works when it is called all the same, as in BFCL: a ground truth relies on it.
        """
        if call.name not in self._scenario.names:
            return refusal("unknown_tool", f"there is no function '{call.name}'")
        try:
            asked = Call(name=call.name, arguments=read_arguments(call.arguments))
            require_small(asked)
        except ToolError as error:
            return refusal(error.code, error.message)
        return self._execute(asked)

    async def reply(self, text: str) -> str | None:
        """The user's next line, whatever the agent said."""
        if self._turn + 1 == len(self._scenario.questions):
            return None
        self._log.append([])
        return self._line(self._turn)

    def digest(self) -> str:
        """Hash of what BFCL compares, and of the working directory."""
        return rows_digest(self._world.rows)

    def snapshot(self) -> bytes:
        """The task and the log."""
        log = [[call.model_dump() for call in turn] for turn in self._log]
        return orjson.dumps({"task": self._scenario.id, "log": log})

    def restore(self, snapshot: bytes) -> None:
        """Play the log of `snapshot` in a new world.

        Raises:
            EnvironmentFault: when it is of another task.
        """
        state = orjson.loads(snapshot)
        if state["task"] != self._scenario.id:
            raise EnvironmentFault(f"a snapshot of {state['task']} cannot become {self._scenario.id}")
        self._log = [[Call.model_validate(call) for call in turn] for turn in state["log"]]
        self._world = self._played(self._log)

    async def examine(self) -> Findings:
        """BFCL's verdict, which alone decides; the differences are for the trajectory metrics."""
        solved = self._played(self._scenario.solution).rows
        return Findings(
            checks=tuple(self._checks()),
            expected=net_changes(self._world.opening, solved),
            actual=net_changes(self._world.opening, self._world.rows),
            reference_calls=sum(map(len, self._scenario.solution)),
            notes={"category": self._scenario.category, "bfcl_eval": self._library.version},
        )

    def _checks(self) -> Iterator[CheckResult]:
        yield _check("multi_turn_checker", grade(self._library, self._scenario, self._log))
        if () in self._scenario.solution and len(self._log) == len(self._scenario.solution):
            # BFCL has this checker, but its runner no longer counts it.
            restraint = grade_restraint(self._library, self._scenario, self._log)
            yield _check("multi_turn_irrelevance_checker", restraint, required=False, weight=0.0)

    @property
    def _turn(self) -> int:
        return len(self._log) - 1

    def _line(self, turn: int) -> str:
        return self._scenario.questions[turn] or self._library.new_functions

    def _execute(self, call: Call) -> Observation:
        self._log[-1].append(call)
        return self._world.run(call)

    def _played(self, log: Log) -> World:
        world = World(self._library, self._scenario)
        world.replay(call for turn in log for call in turn)
        return world


def _check(name: str, verdict: Verdict, *, required: bool = True, weight: float = 1.0) -> CheckResult:
    detail = f"{verdict.error}: {verdict.message}" if verdict.error else ""
    return CheckResult(name=name, passed=verdict.valid, required=required, weight=weight, detail=detail)
