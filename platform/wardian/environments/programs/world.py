"""The environment of a task program."""

from collections.abc import Callable, Sequence
from hashlib import sha256

from wardian.base.errors import EnvironmentFault
from wardian.base.messages import Message, ToolCall, ToolSchema
from wardian.environments.change import Change
from wardian.environments.checks import visible
from wardian.environments.environment import Environment
from wardian.environments.findings import CheckResult, Findings
from wardian.environments.goal import Goal
from wardian.environments.ledger import Ledger
from wardian.environments.observation import Observation
from wardian.environments.programs.program import ProgramTask
from wardian.environments.programs.running import Running
from wardian.environments.programs.seat import Agent, Done, Reply
from wardian.environments.programs.setting import Setting
from wardian.environments.programs.stage import Stage
from wardian.environments.programs.tape import Call, Input, Tape, Text
from wardian.environments.state import State

__all__ = ["ProgramWorld"]

_READ_CHARACTERS = 20_000
"""Longer texts count up to here: a model that never stops must not hold up the others."""


class ProgramWorld(Environment):
    """One task program, played in one world.

    A program cannot be copied in the midst of itself. So a snapshot is what has come into it, and `restore` plays that
    again from the beginning: it gets to the same place, for a program is a pure function of what comes into it.

    Args:
        setting: what the pack's programs share.
        task: the program and its case.
        goal: says where the reference leads.
    """

    def __init__(self, setting: Setting, task: ProgramTask, goal: Callable[[], Goal]) -> None:
        self._setting = setting
        self._task = task
        self._goal = goal
        self._begin()

    def _begin(self) -> None:
        self._state = State(self._setting.template)
        self._toolbox = self._setting.toolbox(self._state)
        self._seed: int | None = None
        self._running: Running | None = None
        self._inputs: list[Input] = []
        self._calls: list[Done] = []
        self._ledger = Ledger()
        self._heard = sha256()

    async def open(self, seed: int) -> Sequence[Message]:
        """The policy, and what the program says first."""
        policy = [Message(role="system", content=self._setting.policy)] if self._setting.policy else []
        return [*policy, Message(role="user", content=self._open(seed))]

    def _open(self, seed: int) -> str:
        self._seed = seed
        self._stage = Stage(self._state, seed)
        agent = Agent(self._stage)
        self._running = Running(self._task.program(self._stage, agent, **self._task.case), agent, self._setting.folder)
        return self._told(self._running.start())

    def tools(self) -> Sequence[ToolSchema]:
        """All tools of the setting."""
        return self._toolbox.schemas()

    async def call(self, call: ToolCall) -> Observation:
        """Execute a call; the program hears of it with the agent's next text."""
        return self._call(call)

    def _call(self, call: ToolCall) -> Observation:
        observation = self._toolbox.call(call)
        self._ledger.take(observation.changes)
        self._take(Call(call=call))
        self._calls.append(Done(call.name, call.arguments, observation.text, observation.error))
        self._told(observation.text)
        return observation

    async def reply(self, text: str) -> str | None:
        """What the program says next, to as much of the text as anybody would read."""
        return self._reply(text[:_READ_CHARACTERS])

    def _reply(self, text: str) -> str | None:
        if self._running is None:
            raise EnvironmentFault("a program is answered before it is opened")
        self._take(Text(text=text))
        calls, self._calls = tuple(self._calls), []
        said = self._running.answer(Reply(text, calls))
        self._told(said or "")
        return said

    def _take(self, given: Input) -> None:
        self._inputs.append(given)
        if self._running is not None:
            self._stage.actions = len(self._inputs)

    def _told(self, text: str) -> str:
        """Note what the agent gets to know, and bring the digest up to date with what the program has changed."""
        self._state.drain()
        self._heard.update(sha256(text.encode()).digest())
        return text

    def play(self, script: Sequence[Message], seed: int) -> None:
        """Play a whole script.

        Raises:
            EnvironmentFault: when one of its calls fails.
        """
        self._open(seed)
        for message in script:
            for call in message.tool_calls:
                observation = self._call(call)
                if observation.error is not None:
                    raise EnvironmentFault(f"the reference of {self._task.id} fails at {call.name}: {observation.text}")
            if not message.tool_calls:
                self._reply(message.content)

    def digest(self) -> str:
        """The state's."""
        return self._state.digest

    def snapshot(self) -> bytes:
        """All that has come into the program so far."""
        self._state.drain()
        tape = Tape(
            seed=self._seed, inputs=tuple(self._inputs), digest=self._state.digest, heard=self._heard.hexdigest()
        )
        return tape.model_dump_json().encode()

    def restore(self, snapshot: bytes) -> None:
        """Play a snapshot of the same task again.

        Raises:
            EnvironmentFault: when that leads elsewhere: the program is no pure function of what comes into it.
        """
        tape = Tape.model_validate_json(snapshot)
        self.close()
        self._begin()
        if tape.seed is not None:
            self._open(tape.seed)
        for each in tape.inputs:
            if isinstance(each, Call):
                self._call(each.call)
            else:
                self._reply(each.text)
        self._state.drain()
        if (self._state.digest, self._heard.hexdigest()) != (tape.digest, tape.heard):
            raise EnvironmentFault(f"the program of {self._task.id} goes another way when it is played again")

    def fork(self) -> "ProgramWorld":
        """An independent world that goes on from here."""
        copy = ProgramWorld(self._setting, self._task, self._goal)
        copy.restore(self.snapshot())
        return copy

    def changes(self) -> tuple[Change, ...]:
        """The agent's net changes so far, ignored paths removed."""
        return visible(self._state.diff(), self._setting.ignore, self._setting.template.keys)

    def reached(self) -> Goal:
        """Where the episode has led so far."""
        milestones = sum(check.milestone for check in self._noted())
        return Goal(self.changes(), self._ledger.passing, milestones)

    async def examine(self) -> Findings:
        """What the program has noted, and whether it got to its end."""
        goal = self._goal()
        reference = [call.name for message in self._task.reference for call in message.tool_calls]
        return Findings(
            checks=(*self._noted(), self._finished()),
            expected=goal.changes,
            passing=goal.passing,
            actual=self.changes(),
            ignored=tuple(sorted(self._setting.ignore)),
            reference_calls=len(reference),
            reference_reads=sum(not self._toolbox.is_write(name) for name in reference),
            milestones=goal.milestones,
            virtual_s=(self._toolbox.clock.now() - self._state.template.now).total_seconds(),
        )

    def _noted(self) -> tuple[CheckResult, ...]:
        return () if self._running is None else self._stage.checks

    def _finished(self) -> CheckResult:
        if self._running is not None and self._running.ended:
            return CheckResult(name="finished", passed=True, weight=0.0)
        turns = sum(isinstance(each, Text) for each in self._inputs)
        return CheckResult(name="finished", passed=False, detail=f"the program was not at its end after {turns} turns")

    def close(self) -> None:
        """Break the program off, and give the state's connection back."""
        if self._running is not None:
            self._running.close()
        self._state.close()
