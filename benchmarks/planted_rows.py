"""Planted rates against the intervals that are measured, pack by pack, for seeds that nothing was tuned on."""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from goals import Goal
from planted_agent import PlantedAgent
from planted_behaviours import BEHAVIOURS, Behaviour, Played
from scipy import stats

from wardian.base.identity import derive_seed
from wardian.certification.trial import played, tried
from wardian.environments.pack import Pack, TaskCard
from wardian.environments.packs import load_pack
from wardian.episodes.record import Episode
from wardian.scoring.score import Score
from wardian.scoring.trajectory import TrajectoryScorer
from wardian.specs.environments import EnvironmentSpec

ROOT = Path(__file__).parents[1] / "envs"
PACKS = (
    *("retail", "bank", "device_support", "helpdesk", "library", "office", "openapi_demo", "ops", "sqlops"),
    *("workspace", "demo_programs", "bfcl"),
)
TUNED = 0
"""The seed with which metrics and detectors were written: what it shows is no evidence."""
SEEDS = (10, 11, 12)
OUTSIDE = "points outside"
CHANCE = "probability"
TASKS = 60
REPEATS = 2
LEVEL = 0.95
ODD = 0.01
"""So improbable must it be by chance that so many rows are outside."""


@dataclass(frozen=True)
class Row:
    """One behaviour in one pack with one seed; arrays by task."""

    behaviour: Behaviour
    pack: str
    seed: int
    occasions: np.ndarray
    planted: np.ndarray
    measured: np.ndarray
    alike: int
    """Episodes in which as many were found as were planted."""
    episodes: int

    @property
    def truth(self) -> float:
        """The rate that the interval should hold."""
        came = float(self.planted.sum() / self.occasions.sum())
        return came if self.behaviour.chance is None else self.behaviour.chance

    @property
    def interval(self) -> tuple[float, float]:
        """Of what was measured, over tasks, for episodes of one task are alike: Korn and Graubard's (1998).

        That is Clopper and Pearson's with as many occasions as would spread alike if they were independent. It holds
        for small counts too, where one from the standard error does not.
        """
        whole, tasks = float(self.occasions.sum()), len(self.measured)
        share = min(float(self.measured.sum()) / whole, 1.0)
        spread = float(((self.measured - share * self.occasions) ** 2).sum()) * tasks / (tasks - 1)
        size = min(whole, share * (1 - share) * whole**2 / spread) if spread else whole
        size *= (stats.t.ppf((1 + LEVEL) / 2, whole - 1) / stats.t.ppf((1 + LEVEL) / 2, tasks - 1)) ** 2
        part, tail = share * size, (1 - LEVEL) / 2
        low = float(stats.beta.ppf(tail, part, size - part + 1)) if part > 0 else 0.0
        high = float(stats.beta.ppf(1 - tail, part + 1, size - part)) if part < size else 1.0
        return low, high

    @property
    def outside(self) -> float:
        """How far the truth is outside."""
        low, high = self.interval
        return max(low - self.truth, self.truth - high, 0.0)

    @property
    def goal(self) -> Goal:
        """A line of the table; a single one may be outside by chance where the rate alone decides."""
        low, high = self.interval
        text = f"seed {self.seed}, {self.pack}: {self.behaviour.name}: {self.truth:.1%}, planted "
        text += f"{self.planted.sum():.0f} of {self.occasions.sum():.0f}, measured {self.measured.sum():.0f}, "
        return Goal(
            f"{text}[{low:.1%}, {high:.1%}]",
            100 * self.outside,
            OUTSIDE,
            0.0 if self.behaviour.chance is None else None,
        )


def planted(quick: bool = False, seeds: Sequence[int] = SEEDS) -> Iterator[Goal]:
    """A line for each seed, pack and behaviour, and what they come to."""
    rows = []
    for seed in seeds:
        for name in PACKS[:2] if quick else PACKS:
            pack = load_pack(EnvironmentSpec(pack=name), [ROOT])
            cards = _cards(pack, 20 if quick else TASKS, seed)
            for behaviour in BEHAVIOURS:
                row = asyncio.run(_row(pack, cards, behaviour, seed))
                if row.planted.sum():
                    rows.append(row)
                    yield row.goal
    for behaviour in BEHAVIOURS:
        yield _total([row for row in rows if row.behaviour is behaviour])
    yield _chance(rows)


def _total(rows: Sequence[Row]) -> Goal:
    planted, measured, occasions = (
        sum(float(counts.sum()) for counts in arrays)
        for arrays in zip(*((row.planted, row.measured, row.occasions) for row in rows), strict=True)
    )
    alike, episodes = sum(row.alike for row in rows), sum(row.episodes for row in rows)
    inside = sum(not row.outside for row in rows)
    text = f"{rows[0].behaviour.name}: planted {planted:,.0f} of {occasions:,.0f}, measured {measured:,.0f}; as many "
    return Goal(f"{text}in {alike:,} of {episodes:,} episodes; rows inside, of {len(rows)}", inside, "rows")


def _chance(rows: Sequence[Row]) -> Goal:
    """Where the rate alone decides, five rows in a hundred are outside by chance."""
    drawn = [row for row in rows if row.behaviour.chance is not None]
    outside = sum(row.outside > 0 for row in drawn)
    chance = float(stats.binom.sf(outside - 1, len(drawn), 1 - LEVEL))
    text = (
        f"{outside} of {len(drawn)} rows outside of which the rate is known beforehand, 5 % expected: so many or more"
    )
    return Goal(text, chance, CHANCE, ODD, "at least")


def _cards(pack: Pack, count: int, seed: int) -> Sequence[TaskCard]:
    """Other tasks for each seed, as far as there are any."""
    cards = pack.tasks()
    start = seed * count % len(cards)
    return [*cards[start:], *cards[:start]][:count]


async def _row(pack: Pack, cards: Sequence[TaskCard], behaviour: Behaviour, seed: int) -> Row:
    tasks = [await _of_task(pack, card, behaviour, seed) for card in cards]
    occasions, planted, measured = (
        np.array([sum(map(count, task)) for task in tasks], dtype=float)
        for count in (behaviour.occasions, behaviour.planted, behaviour.measured)
    )
    episodes = [one for task in tasks for one in task]
    alike = sum(behaviour.planted(one) == behaviour.measured(one) for one in episodes)
    return Row(behaviour, pack.name, seed, occasions, planted, measured, alike, len(episodes))


async def _of_task(pack: Pack, card: TaskCard, behaviour: Behaviour, run: int) -> list[Played]:
    script = pack.reference(card.id)
    reference = await tried(pack, card, script)
    own = await _scores(reference)
    episodes = []
    for repeat in range(REPEATS):
        seed = derive_seed("planted" if run == TUNED else f"planted {run}", behaviour.name, pack.name, card.id, repeat)
        agent = PlantedAgent(script, behaviour.mistake, behaviour.rate, behaviour.recovery, seed)
        episode = await played(pack, card, agent)
        episodes.append(Played(agent, episode, await _scores(episode), reference, own))
    return episodes


async def _scores(episode: Episode) -> dict[str, Score]:
    return {score.metric: score for score in await TrajectoryScorer().score(episode)}
