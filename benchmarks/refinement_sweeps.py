"""What sweeps cost over plain runs, how much of the factorial halving plays, and how often what they say is true."""

import asyncio
import io
import os
import tempfile
import time
from collections.abc import AsyncGenerator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import numpy as np
from goals import Goal
from numpy.typing import NDArray
from rich.console import Console

from wardian.cli.evaluation import evaluate
from wardian.cli.sweeping import sweep_run
from wardian.episodes.record import AgentRef, EnvironmentRef, EpisodeSpec, TaskRef
from wardian.optimization.sweeps.choice import Everybody
from wardian.optimization.sweeps.field import Field, Order
from wardian.optimization.sweeps.flat import Config, flattened
from wardian.optimization.sweeps.record import SweepRecord
from wardian.optimization.sweeps.sweep import Sweep
from wardian.reports.sweep.reckoning import sweep_report
from wardian.reports.sweep.standing import SweepReport
from wardian.runs.folder import RunFolder
from wardian.scoring.finished import Finished
from wardian.scoring.result import Result
from wardian.scoring.score import Scored
from wardian.specs.job import JobSpec
from wardian.specs.sweeps import SweepEnding, SweepSpec

ENDINGS: tuple[SweepEnding, ...] = ("halving", "safe", "full")
WORLD = EnvironmentRef(name="shop", pack="shop", version="1", digest="d")
Numbers = NDArray[np.float64]


def sweeps(quick: bool) -> Iterator[Goal]:
    """All measurements."""
    yield from _overhead(quick)
    yield from _shares()
    yield from _truth(60 if quick else 400)


# What a sweep costs


async def silent(history: Sequence[Any], tools: Sequence[Any], model: object) -> str:
    """An agent that has a model and says goodbye without asking it."""
    return "Goodbye."


def _overhead(quick: bool) -> Iterator[Goal]:
    """CPU of this process: many configurations with few episodes, few with many, and one arm that plays them all."""
    few, many, cells = (20, 80, 16) if quick else (50, 200, 32)
    thin = cells * few // many
    _sweep_cpu(2, 2)  # what is imported first is nobody's overhead
    wide, deep, plain = _sweep_cpu(many, thin), _sweep_cpu(few, cells), _plain_cpu(few * cells)
    config = (wide - deep) / (many - few)
    episode = (deep - plain - few * config) / (few * cells)
    where = f"{few} x {cells}, {many} x {thin}"
    yield Goal(f"CPU that a configuration adds ({where})", config, "s", 0.02, "at most")
    yield Goal(f"CPU that an episode adds to that of a plain run ({where})", 1000 * episode, "ms", 3.0, "at most")
    _sweep_cpu(2, 1, tracked=True)
    small, large = _sweep_cpu(5, 1, tracked=True), _sweep_cpu(25, 1, tracked=True)
    tracked = (large - small) / 20
    yield Goal("CPU that a configuration adds with its child run in MLflow (sqlite)", tracked, "s", 0.02, "at most")


def _job(folder: str, *, tracked: bool, **more: Any) -> JobSpec:
    base: dict[str, Any] = {
        "name": "overhead",
        "environments": [{"pack": "retail", "tasks": 8}],
        "agents": [{"kind": "callable", "name": "a", "callable": "refinement_sweeps:silent", "model": "m"}],
        "models": {"m": {"server": "sim"}},
        "servers": {"sim": {"kind": "simulator", "skills": {"m": {}}}},
        "output": folder,
        "tracking": {"enabled": tracked, "traces": 0, "report": 0},
    }
    return JobSpec.model_validate(base | more)


def _sweep_cpu(configs: int, cells: int, *, tracked: bool = False) -> float:
    over = {"temperature": {"low": 0.0, "high": 1.0, "steps": configs}}
    more = {"sweep": {"over": over, "ending": "full"}, "repeats": -(-cells // 8)}
    more["environments"] = [{"pack": "retail", "tasks": min(cells, 8)}]
    with tempfile.TemporaryDirectory() as folder:
        began = time.process_time()
        flat = flattened(_job(folder, tracked=tracked, **more))
        run = RunFolder.create(flat, datetime.now(UTC))
        _, record = asyncio.run(sweep_run(run, flat, os.environ, Console(file=io.StringIO())))
        spent = time.process_time() - began
    assert record.episodes == configs * cells
    return spent


def _plain_cpu(episodes: int) -> float:
    with tempfile.TemporaryDirectory() as folder:
        began = time.process_time()
        job = _job(folder, tracked=False, repeats=episodes // 8)
        run = RunFolder.create(job, datetime.now(UTC))
        outcome = asyncio.run(evaluate(run, job, os.environ, Console(file=io.StringIO())))
        spent = time.process_time() - began
    assert outcome.played == episodes
    return spent


# What a sweep says


@dataclass
class World:
    """What comes of every configuration in every cell, drawn before anybody plays.

    Args:
        values: configurations x cells.
        costs: of an episode of each configuration, in US dollars.
    """

    values: Numbers
    costs: Numbers
    results: list[Result] = field(default_factory=list)
    slots = 64

    async def play(self, specs: Sequence[EpisodeSpec]) -> AsyncGenerator[Finished]:
        """What was drawn."""
        for spec in specs:
            row, column = int(spec.agent.name[2:]), int(spec.task.id)
            result = Result(
                arm=spec.agent.name,
                environment="shop",
                task=spec.task.id,
                seed=spec.seed,
                repeat=0,
                values={"success": float(self.values[row, column])},
                cost_usd=float(self.costs[row]),
            )
            self.results.append(result)
            yield Finished(result)

    async def record(self, finished: Finished) -> Scored:
        """Nobody looks at records here."""
        raise NotImplementedError

    def swept(self, ending: SweepEnding, seed: int) -> SweepRecord:
        """A sweep of it."""
        count, cells = self.values.shape
        spec = SweepSpec.model_validate({"agent": "a", "over": {"temperature": [0]}, "ending": ending})
        configs = [Config(number=n, name=f"a@{n}", settings={"temperature": n}) for n in range(count)]
        arms = [AgentRef(name=each.name, digest=each.name) for each in configs]
        planned = [
            EpisodeSpec(environment=WORLD, task=TaskRef(id=str(n), template="t"), agent=arms[0], seed=n)
            for n in range(cells)
        ]
        order = Order.by(spec, seed)
        where = Field.of(planned, arms, count, order)

        async def nobody(record: SweepRecord) -> None:
            pass

        return asyncio.run(Sweep(spec, configs, where, order, Everybody(count)).run(self, nobody))


def _drawn(generator: np.random.Generator, effects: Numbers, cells: int) -> tuple[World, Numbers]:
    """A world with tasks of all difficulties, and how good each configuration truly is."""
    bases, many = generator.random(cells), generator.random(20_000)
    chances = np.clip(bases + effects[:, None], 0.0, 1.0)
    true = np.clip(many + effects[:, None], 0.0, 1.0).mean(axis=1)
    values = (generator.random(chances.shape) < chances).astype(float)
    return World(values, generator.random(len(effects)) / 10), true


def _shares() -> Iterator[Goal]:
    for count in (16, 64, 256):
        generator = np.random.default_rng(count)
        world, _ = _drawn(generator, generator.normal(0, 0.1, count), 64)
        record = world.swept("halving", 0)
        name = f"episodes of halving ({count} configurations x 64)"
        yield Goal(name, 100 * record.episodes / record.factorial, "% of the factorial", 35.0, "at most")


@dataclass
class Truth:
    """What many sweeps of one kind said, beside what is true."""

    told: list[SweepReport] = field(default_factory=list)
    claims: list[float] = field(default_factory=list)
    regrets: list[float] = field(default_factory=list)
    beyond: int = 0
    wrong_winners: int = 0
    wrong_drops: int = 0
    episodes: int = 0

    def add(self, world: World, true: Numbers, ending: SweepEnding, seed: int) -> None:
        """One more sweep."""
        record = world.swept(ending, seed)
        report = sweep_report("run", record, world.results)
        best = int((report.best or "a@0")[2:])
        self.told.append(report)
        self.claims.append((report.standings[0].value or 0.0) - float(true[best]))
        self.regrets.append(float(true.max() - true[best]))
        self.beyond += not all(
            _covers(each.versus_best, true[int(each.arm[2:])] - true[best]) for each in report.standings
        )
        self.wrong_winners += report.winner is not None and true[best] < true.max()
        whole = world.values.sum(axis=1)
        self.wrong_drops += any(whole[each.config] == whole.max() for each in record.dropped if each.why == "worse")
        self.episodes += record.episodes


def _covers(estimate: Any, truth: float) -> bool:
    return estimate is None or estimate.low is None or bool(estimate.low - 1e-9 <= truth <= estimate.high + 1e-9)


def _truth(rounds: int) -> Iterator[Goal]:
    effects: Mapping[str, Numbers] = {"all alike": np.zeros(16), "one is 15 points better": np.eye(16)[3] * 0.15}
    for name, effect in effects.items():
        halving, safe, full = (_many(rounds, effect, ending) for ending in ENDINGS)
        where = f"{name}, 16 configurations x 64, {rounds} sweeps"
        covered = 100 * (1 - halving.beyond / rounds)
        yield Goal(f"sweeps in which all intervals hold ({where})", covered, "%", 95.0, "at least")
        if not effect.any():
            winners = 100 * sum(each.winner is not None for each in halving.told) / rounds
            yield Goal(f"sweeps with a winner that is none ({where})", winners, "%", 5.0, "at most")
        else:
            for ending, told in (("halving", halving), ("full", full)):
                right = 100 * sum(regret == 0 for regret in told.regrets) / rounds
                yield Goal(f"sweeps in which the best came first ({ending}, {where})", right, "%")
        wrong = 100 * safe.wrong_drops / rounds
        yield Goal(f"safe sweeps that drop one that is best in the factorial ({where})", wrong, "%", 5.0, "at most")
        share = 100 * safe.episodes / (rounds * 16 * 64)
        yield Goal(f"episodes of safe sweeps ({where})", share, "% of the factorial")
        claim = 100 * float(np.mean(halving.claims))
        yield Goal(f"claimed minus true success of who came first ({where})", claim, "points")


def _many(rounds: int, effects: Numbers, ending: SweepEnding) -> Truth:
    truth = Truth()
    for seed in range(rounds):
        world, true = _drawn(np.random.default_rng(seed), effects, 64)
        truth.add(world, true, ending, seed)
    return truth


if __name__ == "__main__":
    import sys

    from goals import report

    report(list(sweeps("--quick" in sys.argv)), as_json="--json" in sys.argv)
