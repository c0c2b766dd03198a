"""An environment out of a state, tools, a simulated user and checks."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial

import orjson

from wardian.base.frozen import Frozen
from wardian.base.messages import Message, ToolCall, ToolSchema
from wardian.environments.change import Change
from wardian.environments.checks import Evidence, visible
from wardian.environments.environment import Environment
from wardian.environments.findings import Findings
from wardian.environments.goal import Goal
from wardian.environments.life.fault import Fault
from wardian.environments.life.life import Life, with_news
from wardian.environments.life.timeline import Past
from wardian.environments.life.waiting import WAIT, span_of
from wardian.environments.observation import Observation, refusal
from wardian.environments.scenario import Scenario, World
from wardian.environments.state import State
from wardian.environments.tool import ToolError
from wardian.environments.transcript import CallNote, Transcript
from wardian.environments.user import Mood, UserSimulator

__all__ = ["SimulatedWorld"]

_LENGTH_BYTES = 4
_READ_CHARACTERS = 6_000
"""Longer texts count up to here: a model that never stops must not hold up the others."""


class Saved(Frozen):
    """What a snapshot holds beside the state."""

    seed: int
    mood: Mood
    texts: tuple[str, ...]
    calls: tuple[CallNote, ...]
    past: Past = Past()


class SimulatedWorld(Environment):
    """One scenario, played in one world.

    Args:
        world: what the pack's tasks share.
        scenario: the task.
        goal: says where the reference leads.
    """

    def __init__(self, world: World, scenario: Scenario, goal: Callable[[], Goal]) -> None:
        self.state = State(world.template)
        self._world = world
        self._scenario = scenario
        self._goal = goal
        self._toolbox = world.toolbox(self.state)
        self._transcript = Transcript()
        self._set_up()
        self._meet(seed=0)

    def _set_up(self) -> None:
        if self._scenario.setup:
            with self.state.unattributed():
                for statement, values in self._scenario.setup:
                    self.state.run(statement, *values)

    def _meet(self, seed: int, past: Past | None = None) -> None:
        self._seed = seed
        hands = partial(self._toolbox.call, actor="user")
        self._user = UserSimulator(self._scenario.brief, self._scenario.persona, seed, hands)
        self._life = Life(self.state, self._scenario.events, self._scenario.faults, seed, past or Past())

    async def open(self, seed: int) -> Sequence[Message]:
        """The policy, and the user's first words."""
        self._meet(seed)
        policy = [Message(role="system", content=self._world.policy)] if self._world.policy else []
        return [*policy, Message(role="user", content=self._user.open())]

    def tools(self) -> Sequence[ToolSchema]:
        """All tools of the world."""
        schemas = self._toolbox.schemas()
        return (*schemas, WAIT.schema) if self._world.waits else schemas

    async def call(self, call: ToolCall) -> Observation:
        """Execute a call, and note whether the user had agreed to it."""
        return self.act(call)

    def act(self, call: ToolCall) -> Observation:
        """What `call` does."""
        meant = self._toolbox.meant(call)
        waits = self._world.waits and call.name == WAIT.name
        observation = self._wait(call) if waits else self._work(call, meant)
        self._transcript.calls.append(
            CallNote(
                tool=meant,
                succeeded=observation.error is None or bool(observation.changes),
                writes=self._toolbox.is_write(meant),
                consented=self._user.consented,
                arguments=call.arguments,
                action=self._transcript.actions,
            )
        )
        news = self._life.react()
        return observation.model_copy(update={"text": with_news(observation.text, news)}) if news else observation

    def _work(self, call: ToolCall, meant: str) -> Observation:
        fault = self._scenario.faults and self._life.fault(meant, [note.tool for note in self._transcript.calls])
        observation = self._struck(fault, call) if fault else self._toolbox.call(call)
        return self._later(observation, self._world.call_min)

    def _struck(self, fault: Fault, call: ToolCall) -> Observation:
        if fault.refuses:
            return self._life.suffer(fault, None)
        return self._life.suffer(fault, self._stale(call) if fault.kind == "stale" else self._toolbox.call(call))

    def _stale(self, call: ToolCall) -> Observation:
        """What the call would have answered when the episode began; it does nothing."""
        past = SimulatedWorld(self._world, replace(self._scenario, events=(), faults=()), self._goal)
        seen = past.act(call)
        past.close()
        return seen.model_copy(update={"changes": ()})

    def _wait(self, call: ToolCall) -> Observation:
        try:
            news = self._life.pass_time(span_of(call), until_news=True)
        except ToolError as error:
            return refusal(error.code, error.message)
        now = orjson.dumps({"now": self._toolbox.clock.now().isoformat(timespec="minutes")}).decode()
        return Observation(text=with_news(now, news), writes=True)

    def _later(self, observation: Observation, minutes: float) -> Observation:
        if not minutes and not self._scenario.events:  # a tool may have let time pass, too
            return observation
        news = self._life.pass_time(timedelta(minutes=minutes))
        return observation.model_copy(update={"text": with_news(observation.text, news)}) if news else observation

    async def reply(self, text: str) -> str | None:
        """The user's answer to as much of the text as anybody would read."""
        return self.hear(text)

    def hear(self, text: str) -> str | None:
        """What the user answers, behind what else there is to hear by then."""
        read = text[:_READ_CHARACTERS]
        self._transcript.texts.append(read)
        answer = self._user.hear(read)
        minutes = self._world.turn_min
        news = self._life.pass_time(timedelta(minutes=minutes)) if minutes else []
        news += self._life.react()
        return answer if answer is None or not news else "\n\n".join([*news, answer])

    def done_by_user(self) -> tuple[Change, ...]:
        """What the user did as they were told."""
        return self._user.done

    def digest(self) -> str:
        """The state's."""
        return self.state.digest

    def snapshot(self) -> bytes:
        """State, user and transcript."""
        saved = Saved(
            seed=self._seed,
            mood=self._user.mood,
            texts=tuple(self._transcript.texts),
            calls=tuple(self._transcript.calls),
            past=self._life.past,
        )
        head = saved.model_dump_json().encode()
        return len(head).to_bytes(_LENGTH_BYTES, "big") + head + self.state.snapshot()

    def restore(self, snapshot: bytes) -> None:
        """Go on from a snapshot of the same task."""
        end = _LENGTH_BYTES + int.from_bytes(snapshot[:_LENGTH_BYTES], "big")
        saved = Saved.model_validate_json(snapshot[_LENGTH_BYTES:end])
        self.state.restore(snapshot[end:])
        self._transcript = Transcript(saved.texts, saved.calls)
        self._meet(saved.seed, saved.past)
        self._user.mood = saved.mood

    def fork(self) -> "SimulatedWorld":
        """An independent world that goes on from here."""
        copy = SimulatedWorld(self._world, self._scenario, self._goal)
        copy.restore(self.snapshot())
        return copy

    @property
    def changes(self) -> tuple[Change, ...]:
        """What the agent and the user have changed, ignored paths removed."""
        return visible(self.state.diff(), self._world.ignore, self._world.template.keys)

    async def examine(self) -> Findings:
        """All checks, the world's first."""
        goal, actual = self._goal(), self.changes
        evidence = Evidence(goal.changes, actual, self._transcript, self.state)
        checks = (*self._world.checks, *self._scenario.checks)
        return Findings(
            checks=tuple(check.examine(evidence) for check in checks),
            expected=goal.changes,
            passing=goal.passing,
            actual=actual,
            ignored=tuple(sorted(self._world.ignore)),
            reference_calls=self._scenario.reference_calls,
            reference_reads=self._reference_reads,
            virtual_s=(self._toolbox.clock.now() - self.state.template.now).total_seconds(),
        )

    @property
    def _reference_reads(self) -> int:
        calls = (call for message in self._scenario.reference for call in message.tool_calls)
        meant = (self._toolbox.meant(call) for call in calls)
        return sum(name != WAIT.name and not self._toolbox.is_write(name) for name in meant)

    def close(self) -> None:
        """Give the state's connection back to the template."""
        self.state.close()
