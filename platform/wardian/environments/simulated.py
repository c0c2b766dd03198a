"""An environment out of a state, tools, a simulated user and checks."""

from collections.abc import Callable, Sequence

from wardian.base.frozen import Frozen
from wardian.base.messages import Message, ToolCall, ToolSchema
from wardian.environments.change import Change
from wardian.environments.checks import Evidence, visible
from wardian.environments.environment import Environment
from wardian.environments.findings import Findings
from wardian.environments.observation import Observation
from wardian.environments.scenario import Scenario, World
from wardian.environments.state import State
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


class SimulatedWorld(Environment):
    """One scenario, played in one world.

    Args:
        world: what the pack's tasks share.
        scenario: the task.
        expected: gives the net changes of the reference solution, ignored paths removed.
    """

    def __init__(self, world: World, scenario: Scenario, expected: Callable[[], tuple[Change, ...]]) -> None:
        self.state = State(world.template)
        self._world = world
        self._scenario = scenario
        self._expected = expected
        self._toolbox = world.toolbox(self.state)
        self._transcript = Transcript()
        self._meet(seed=0)

    def _meet(self, seed: int) -> None:
        self._seed = seed
        self._user = UserSimulator(self._scenario.brief, self._scenario.persona, seed)

    async def open(self, seed: int) -> Sequence[Message]:
        """The policy, and the user's first words."""
        self._meet(seed)
        policy = [Message(role="system", content=self._world.policy)] if self._world.policy else []
        return [*policy, Message(role="user", content=self._user.open())]

    def tools(self) -> Sequence[ToolSchema]:
        """All tools of the world."""
        return self._toolbox.schemas()

    async def call(self, call: ToolCall) -> Observation:
        """Execute a call, and note whether the user had agreed to it."""
        observation = self._toolbox.call(call)
        self._transcript.calls.append(
            CallNote(
                tool=call.name,
                succeeded=observation.error is None,
                writes=self._toolbox.is_write(call.name),
                consented=self._user.consented,
            )
        )
        return observation

    async def reply(self, text: str) -> str | None:
        """The user's answer to as much of the text as anybody would read."""
        read = text[:_READ_CHARACTERS]
        self._transcript.texts.append(read)
        return self._user.hear(read)

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
        )
        head = saved.model_dump_json().encode()
        return len(head).to_bytes(_LENGTH_BYTES, "big") + head + self.state.snapshot()

    def restore(self, snapshot: bytes) -> None:
        """Go on from a snapshot of the same task."""
        end = _LENGTH_BYTES + int.from_bytes(snapshot[:_LENGTH_BYTES], "big")
        saved = Saved.model_validate_json(snapshot[_LENGTH_BYTES:end])
        self.state.restore(snapshot[end:])
        self._transcript = Transcript(saved.texts, saved.calls)
        self._meet(saved.seed)
        self._user.mood = saved.mood

    def fork(self) -> "SimulatedWorld":
        """An independent world that goes on from here."""
        copy = SimulatedWorld(self._world, self._scenario, self._expected)
        copy.restore(self.snapshot())
        return copy

    async def examine(self) -> Findings:
        """All checks, the world's first."""
        actual = visible(self.state.diff(), self._world.ignore, self._world.template.keys)
        evidence = Evidence(self._expected(), actual, self._transcript)
        checks = (*self._world.checks, *self._scenario.checks)
        return Findings(
            checks=tuple(check.examine(evidence) for check in checks),
            expected=evidence.expected,
            actual=actual,
            reference_calls=self._scenario.reference_calls,
        )

    def close(self) -> None:
        """Give the state's connection back to the template."""
        self.state.close()
