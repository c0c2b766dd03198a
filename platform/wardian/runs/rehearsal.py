"""How long conversations get: reference solutions, played without a model and without cost."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from wardian.agents.script_agent import ScriptAgent
from wardian.base.clock import Clock
from wardian.base.completion import Completion
from wardian.base.identity import random_stream
from wardian.base.messages import Message, Origin, ToolSchema
from wardian.environments.pack import Pack
from wardian.episodes.record import Episode, EpisodeSpec
from wardian.episodes.runner import run_episode
from wardian.specs.job import Limits

__all__ = ["Conversation", "World", "rehearse"]

MOST_TASKS = 20
"""Of one environment; the others are taken to be like these."""
PATIENCE_S = 2.0


@dataclass(frozen=True, slots=True)
class Conversation:
    """One task's reference solution in bytes: what the model reads before each of its messages, and what it writes.

    The agent's own system prompt is not among it. `spoken` are the user's texts, each with what the user heard before,
    and `tools` says whether there was anything to call.
    """

    read: tuple[int, ...]
    written: tuple[int, ...]
    spoken: tuple[tuple[int, int], ...]
    tools: bool = True

    @property
    def opening(self) -> int:
        """What the first message reads: policy, tools, the user's first words."""
        return self.read[0]

    @property
    def growth(self) -> float:
        """By how much each message reads more than the one before."""
        return (self.read[-1] - self.read[0]) / max(len(self.read) - 1, 1)

    @property
    def longest_answer(self) -> int:
        """The most that came back to one message, from tools or the user."""
        grown = [after - before for before, after in pairwise(self.read)]
        return max((total - said for total, said in zip(grown, self.written, strict=False)), default=0)


@dataclass(frozen=True, slots=True)
class World:
    """An environment's share of one arm: its episodes, their calls along the references, and what those look like."""

    episodes: int
    calls: int
    met: Sequence[Conversation]

    @property
    def tools(self) -> bool:
        """Whether agents have anything to call."""
        return any(each.tools for each in self.met)

    @property
    def scale(self) -> float:
        """From the conversations that were met to all."""
        return self.calls / max(sum(len(each.read) for each in self.met), 1)


async def rehearse(specs: Sequence[EpisodeSpec], pack: Pack, turns: int, clock: Clock) -> list[Conversation]:
    """Play the reference solutions of some of `specs`, episodes of one environment, up to `turns` messages each."""
    some = random_stream("rehearsal", pack.digest).sample(specs, min(len(specs), MOST_TASKS))
    return [await _conversation(spec, pack, turns, clock) for spec in some]


async def _conversation(spec: EpisodeSpec, pack: Pack, turns: int, clock: Clock) -> Conversation:
    script = tuple(pack.reference(spec.task.id))
    agent = _Listener(script)
    limits = Limits(turns=min(max(len(script), 1), turns), wall_s=PATIENCE_S, examine_s=PATIENCE_S)
    episode = await run_episode(spec, lambda: pack.environment(spec.task.id), agent, limits, clock)
    return Conversation(
        read=tuple(agent.read) or (0,),
        written=tuple(agent.written) or (0,),
        spoken=tuple(_spoken(episode)),
        tools=agent.tools,
    )


def _spoken(episode: Episode) -> Iterator[tuple[int, int]]:
    heard = 0
    for event in episode.events:
        if event.kind == "asked":
            heard = len(event.completion.message.content.encode())
        elif event.kind == "said" and event.speaker == "user":
            yield heard, len(event.text.encode())


class _Listener:
    """Plays a script and notes how much there was to read before each of its messages."""

    def __init__(self, script: Sequence[Message]) -> None:
        self.read: list[int] = []
        self.written: list[int] = []
        self.tools = False
        self._inner = ScriptAgent(script, "rehearsal")

    async def act(self, history: Sequence[Message], tools: Sequence[ToolSchema], origin: Origin) -> Completion:
        """The script's next message."""
        said = await self._inner.act(history, tools, origin)
        self.read.append(sum(len(message.wire) for message in history) + sum(len(tool.wire) for tool in tools))
        self.written.append(len(said.message.wire))
        self.tools |= bool(tools)
        return said
