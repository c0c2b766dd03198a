"""How far decisive steps can be trusted, and what they cost."""

import asyncio
import time
from collections import Counter
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from goals import Goal

from wardian.agents.script_agent import ScriptAgent
from wardian.certification.mutants import known_values, mutants
from wardian.certification.trial import LIMITS, played, solved, tried
from wardian.environments.pack import Pack
from wardian.environments.packs import load_pack
from wardian.episodes.hindsight.decisive import look_back
from wardian.episodes.record import Episode
from wardian.specs.environments import EnvironmentSpec

ROOT = Path(__file__).parents[1] / "envs"
PACKS = ("library", "helpdesk", "retail", "device_support", "office", "workspace", "bank", "ops", "sqlops")
TASKS = 12


def decisive(quick: bool = False) -> Iterator[Goal]:
    """References that are cut off, which have lost nothing; and references with one wrong argument."""
    for name in PACKS[:3] if quick else PACKS:
        pack = load_pack(EnvironmentSpec(pack=name), [ROOT])
        tasks = [card.id for card in pack.tasks()[: 4 if quick else TASKS]]
        yield asyncio.run(_open(name, pack, tasks))
        yield from asyncio.run(_mistakes(name, pack, tasks))


async def _open(name: str, pack: Pack, tasks: list[str]) -> Goal:
    """The reference, broken off after each of its messages."""
    verdicts: Counter[str] = Counter()
    for card in (card for card in pack.tasks() if card.id in tasks):
        script = pack.reference(card.id)
        for turns in range(1, len(script)):
            limits = LIMITS.model_copy(update={"turns": turns})
            cut = await played(pack, card, ScriptAgent(script, "cut"), limits=limits)
            verdicts[(await look_back(cut, partial(pack.environment, card.id), script)).verdict] += 1
    whole = verdicts.total()
    return Goal(
        f"{name}: states of the reference from which it succeeds, of {whole}", verdicts["open"], "", whole, "at least"
    )


async def _mistakes(name: str, pack: Pack, tasks: list[str]) -> list[Goal]:
    """Calls that change something, with one wrong argument."""
    known = known_values(pack.reference(card.id) for card in pack.tasks())
    found, spent = Counter[str](), 0.0
    for card in (card for card in pack.tasks() if card.id in tasks):
        script, make = pack.reference(card.id), partial(pack.environment, card.id)
        record = await tried(pack, card, script)
        for mutant in mutants(script, record, make().tools(), known):
            episode = await tried(pack, card, mutant.script)
            if mutant.argument and not solved(episode):
                begun = time.process_time()
                hindsight = await look_back(episode, make, script)
                spent += time.process_time() - begun
                found[_relation(hindsight.position, _first_mistake(episode, record))] += 1
    whole = found.total()
    return [
        Goal(
            f"{name}: decisive steps before the mistake, or none, of {whole}", found["before"] + found["none"], "", 0.0
        ),
        Goal(f"{name}: decisive steps that are the mistake, of {whole}", found["at"], ""),
        Goal(f"{name}: looking back at an episode", 1_000 * spent / whole, "ms", 100.0),
    ]


def _first_mistake(episode: Episode, record: Episode) -> int:
    """Where the episode goes another way than the reference's."""
    pairs = zip(episode.acted, record.acted, strict=False)
    return episode.events.index(next(one for one, other in pairs if one.call.arguments != other.call.arguments))


def _relation(position: int | None, mistake: int) -> str:
    if position is None:
        return "none"
    return "at" if position == mistake else "before" if position < mistake else "after"
