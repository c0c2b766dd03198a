"""`wardian envs play`: a person plays the agent in the terminal."""

import asyncio
from typing import Final

from rich.console import Console

from wardian.agents.human_agent import HELP, HumanAgent
from wardian.certification.trial import played
from wardian.cli.typed_lines import TypedLines
from wardian.environments.pack import Pack
from wardian.episodes.record import Episode
from wardian.episodes.single import card_of
from wardian.specs.job import Limits

__all__ = ["play_by_hand"]

LIMITS: Final = Limits(turns=1_000, tool_errors=1_000, wall_s=None)
"""People take their time."""
DONE, FAILED, BROKEN = 0, 1, 3


def play_by_hand(pack: Pack, task: str | None, seed: int) -> int:
    """Play one task; the exit code is 0 when it was solved and 1 when not.

    Raises:
        ConfigError: when there is no such task.
    """
    card = card_of(pack, task)
    console = Console(highlight=False)

    def say(text: str) -> None:
        console.print(text, markup=False, soft_wrap=True)

    say(f"{pack.name}: {card.id} ({card.template}, {card.persona} user)\n{HELP}\n")
    agent = HumanAgent(TypedLines("you> "), say)
    episode = asyncio.run(played(pack, card, agent, seed, LIMITS))
    return _outcome(episode, console)


def _outcome(episode: Episode, console: Console) -> int:
    if episode.findings is None:
        console.print(f"broken: {episode.failure.message if episode.failure else 'nobody knows why'}", markup=False)
        return BROKEN
    for check in episode.findings.checks:
        mark = "passed" if check.passed else "FAILED"
        console.print(f"{mark}  {check.name}  {check.detail}", markup=False, soft_wrap=True)
    console.print("solved" if episode.findings.success else "not solved")
    return DONE if episode.findings.success else FAILED
