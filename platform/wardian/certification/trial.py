"""One episode of a task, played by a script or a simple agent: what certificates are made of."""

from collections.abc import Sequence

from wardian.agents.agent import Agent
from wardian.agents.script_agent import ScriptAgent
from wardian.base.clock import SystemClock
from wardian.base.identity import digest
from wardian.base.messages import Message
from wardian.environments.pack import Pack, TaskCard
from wardian.episodes.record import AgentRef, Episode
from wardian.episodes.runner import run_episode
from wardian.episodes.single import episode_of
from wardian.specs.job import Limits

__all__ = ["LIMITS", "SEED", "Trials", "changes", "fingerprint", "played", "solved", "tried"]

SEED = 1
LIMITS = Limits(turns=40, wall_s=60.0, tool_errors=40)


async def played(pack: Pack, card: TaskCard, agent: Agent, seed: int = SEED, limits: Limits = LIMITS) -> Episode:
    """The record of `agent` in the task of `card`."""
    spec = episode_of(pack, card, AgentRef(name="trial", digest=""), seed)
    return await run_episode(spec, lambda: pack.environment(card.id), agent, limits, SystemClock())


async def tried(pack: Pack, card: TaskCard, script: Sequence[Message]) -> Episode:
    """The record of an agent that says `script`, and then nothing more."""
    return await played(pack, card, ScriptAgent(script, "trial"))


def solved(episode: Episode) -> bool:
    """Whether all required checks passed."""
    return episode.failure is None and episode.findings is not None and episode.findings.success


class Trials:
    """Knows whether tasks were solved, and who broke the world instead: that is neither solving nor failing.

    `broken`: in a line each, who did and how.
    """

    def __init__(self) -> None:
        self.broken: list[str] = []

    def solved(self, episode: Episode, who: str) -> bool:
        """Whether all required checks passed."""
        if episode.missing and episode.failure is not None:
            self.broken.append(f"{who}: {episode.failure.message}")
        return solved(episode)


def changes(episode: Episode) -> list[str] | None:
    """The net changes of all that the pack looks at, in an order of their own; None when nobody could look."""
    if episode.findings is None:
        return None
    return sorted(change.model_dump_json() for change in episode.findings.actual)


def fingerprint(episode: Episode) -> str:
    """A hash of all that was said, done, seen and reached; equal wherever the same is played."""
    said = [event.text for event in episode.events if event.kind == "said"]
    done = [[event.call.name, event.call.arguments, event.observation.text, event.digest] for event in episode.acted]
    checks = [] if episode.findings is None else [[each.name, each.passed] for each in episode.findings.checks]
    return digest([episode.opening_digest, said, done, checks, episode.stop], length=32)
