"""How often gates are right, in worlds of which the truth is known: false promotions, power, bias, coverage, storms."""

import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from statistics import fmean

import numpy as np
from goals import Goal
from numpy.typing import NDArray

from wardian.base.bundle import Bundle
from wardian.optimization.gate.pair_gate import PairGate
from wardian.optimization.gate.verdict import GateVerdict, Ruling
from wardian.optimization.pairs import Pair
from wardian.scoring.result import Result
from wardian.specs.refinement import GateSpec

TASKS = 60
SPEC = GateSpec()
CHAMPION = Bundle(agent="support", texts={"system": "Help."})
CANDIDATE = Bundle(agent="support", texts={"system": "Help. Ask before you write."})
Chances = NDArray[np.float64]


@dataclass(frozen=True)
class World:
    """Chances of success of champion and candidate, task by task, and what else may happen to their episodes.

    Args:
        champion: of success.
        candidate: the same.
        graded: whether the metric is a share of checks that pass, four to a task.
        breaks: the chances of champion and candidate to break a rule.
        lost: the chances that a result is missing.
        lost_failures: the chance that a failed episode of the candidate is missing, which is no storm but a bias.
    """

    champion: Chances
    candidate: Chances
    graded: bool = False
    breaks: tuple[float, float] = (0.0, 0.0)
    lost: tuple[float, float] = (0.0, 0.0)
    lost_failures: float = 0.0

    @property
    def gain(self) -> float:
        """The true one."""
        return float(np.mean(self.candidate - self.champion))


@dataclass
class Findings:
    """What came of many gates in one world."""

    world: World
    verdicts: list[GateVerdict] = field(default_factory=list)

    def share(self, *rulings: Ruling) -> float:
        """The percentage of these."""
        return 100 * fmean(verdict.ruling in rulings for verdict in self.verdicts)

    @property
    def promoted(self) -> list[GateVerdict]:
        """Those that promoted."""
        return [verdict for verdict in self.verdicts if verdict.ruling == "promoted"]

    @property
    def pairs(self) -> float:
        """Of a gate, on average."""
        return fmean(verdict.pairs for verdict in self.verdicts)

    def bias(self, verdicts: Iterable[GateVerdict], *, raw: bool = False) -> float:
        """Claimed minus true, in points."""
        return 100 * fmean((each.raw_delta if raw else each.delta) - self.world.gain for each in verdicts)

    def covered(self, verdicts: Iterable[GateVerdict]) -> float:
        """The percentage of intervals that hold the truth."""
        return 100 * fmean(each.low <= self.world.gain <= each.high for each in verdicts)


def gate(quick: bool) -> Iterator[Goal]:
    """Two minutes; a fifth of the gates when it must be `quick`, where the rarer things say little."""
    runs = 100 if quick else 500
    yield from nulls(2 * runs)
    yield from gains(runs)
    yield from claims(runs)
    yield from harms(runs)
    yield from storms(runs // 2)
    yield from costs()


def nulls(runs: int) -> Iterator[Goal]:
    """Candidates that are no better, the first in their lineage."""
    worst = 0.0
    for name, world in (
        ("steady", made(0.1, 0.0)),
        ("noisy", made(2.0, 0.0)),
        ("graded", replace(made(2.0, 0.0), graded=True)),
        ("as good on average, better at a third of the tasks", mixed()),
    ):
        share = found(world, runs).share("promoted")
        worst = max(worst, share)
        yield Goal(f"null, {name}: promoted", share, "%")
    yield Goal("null: promoted, at the most", worst, "%", 3.3)


def gains(runs: int) -> Iterator[Goal]:
    """Power and cost where the arms differ in about three to five of ten pairs."""
    for gain, most in ((0.2, 92.0), (0.1, 280.0)):
        for name, spread in (("steady", 0.35), ("noisy", 2.0)):
            findings = found(made(spread, gain), runs)
            target = most if name == "steady" else None
            yield Goal(f"+{100 * gain:.0f} points, {name}: pairs", findings.pairs, "pairs", target)
            power = None if name == "noisy" and gain < 0.2 else 90.0
            yield Goal(
                f"+{100 * gain:.0f} points, {name}: promoted", findings.share("promoted"), "%", power, "at least"
            )


def claims(runs: int) -> Iterator[Goal]:
    """Bias of what is claimed, and coverage, over all verdicts and over promotions."""
    for name, world in (
        ("+18 points on 30 % of the tasks", planted()),
        ("+10 points", made(0.35, 0.1)),
        ("+5 points", made(0.35, 0.05)),
        ("+10 points graded", replace(made(2.0, 0.1), graded=True)),
        ("0 points", made(0.35, 0.0)),
        ("-10 points", made(0.35, -0.1)),
    ):
        findings = found(world, runs)
        yield Goal(f"{name}: bias", abs(findings.bias(findings.verdicts)), "points", 1.0)
        yield Goal(f"{name}: bias of the plain mean", abs(findings.bias(findings.verdicts, raw=True)), "points")
        yield Goal(f"{name}: covered", findings.covered(findings.verdicts), "%", 95.0, "at least")
        if len(findings.promoted) < runs / 20:
            continue
        yield Goal(f"{name}: promoted", findings.share("promoted"), "%")
        target = 2.0 if findings.share("promoted") >= 80 else None
        yield Goal(f"{name}: bias at promotion", abs(findings.bias(findings.promoted)), "points", target)
        yield Goal(f"{name}: bias of the mean there", abs(findings.bias(findings.promoted, raw=True)), "points")
        yield Goal(f"{name}: covered at promotion", findings.covered(findings.promoted), "%", 95.0, "at least")


def harms(runs: int) -> Iterator[Goal]:
    """Edits that do harm, openly or behind a better metric."""
    for loss in (0.05, 0.1, 0.2):
        findings = found(made(0.35, -loss), runs)
        name = f"-{100 * loss:.0f} points: promoted of {runs}"
        yield Goal(name, len(findings.promoted), "gates", 0 if loss > 0.05 else None)
    for more in (0.05, 0.1, 0.2, 0.3):
        findings = found(replace(made(0.35, 0.2), breaks=(0.05, 0.05 + more)), runs // 2)
        name = f"+20 points by {100 * more:.0f} points more violations: promoted"
        yield Goal(name, findings.share("promoted"), "%", 0 if more >= 0.2 else None)
    innocent = found(replace(made(0.35, 0.2), breaks=(0.1, 0.1)), runs // 2)
    yield Goal("+20 points and as many violations: promoted", innocent.share("promoted"), "%", 90.0, "at least")
    yield Goal("+20 points and as many violations: pairs", innocent.pairs, "pairs")


def storms(runs: int) -> Iterator[Goal]:
    """A fifth of one arm's results is missing; or less, where the verdict is to be what it would have been."""
    for name, world in (("+20 points", made(0.35, 0.2)), ("0 points", made(0.35, 0.0))):
        for arm, lost in (("candidate", (0.0, 0.2)), ("champion", (0.2, 0.0))):
            findings = found(replace(world, lost=lost), runs)
            yield Goal(f"storm over the {arm}, {name}: invalid", findings.share("invalid"), "%", 95.0, "at least")
    calm, breeze = made(0.35, 0.2), replace(made(0.35, 0.2), lost=(0.02, 0.02))
    share = found(breeze, runs).share("promoted")
    yield Goal("+20 points, 2 % lost in either arm: promoted", share, "%", 90.0, "at least")
    yield Goal("the same without a loss", found(calm, runs).share("promoted"), "%")
    for hidden in (0.02, 0.05, 0.1):
        biased = replace(made(0.35, 0.0), lost_failures=hidden)
        name = f"null, {100 * hidden:.0f} % of the candidate's failures lost: promoted"
        yield Goal(name, found(biased, runs * 2).share("promoted"), "%")


def costs() -> Iterator[Goal]:
    """Of a gate's own work."""
    worlds = [replace(made(0.35, gain), breaks=(0.1, 0.1)) for gain in (0.0, 0.1)]
    rows = [list(drawn(world, np.random.default_rng(number))) for number in range(20) for world in worlds]
    pairs, started = 0, time.perf_counter()
    verdicts = 0.0
    for row in rows:
        judge = fresh()
        for pair in row:
            began = time.perf_counter()
            pairs += 1
            if judge.step([pair]) is not None:
                verdicts += time.perf_counter() - began
                break
    spent = time.perf_counter() - started
    yield Goal("a pair takes the gate", 1e6 * (spent - verdicts) / pairs, "us", 30.0)
    yield Goal("a verdict takes it", 1e3 * verdicts / len(rows), "ms", 100.0)


def found(world: World, runs: int) -> Findings:
    """That many gates, each with luck of its own."""
    findings, metric = Findings(world), "score" if world.graded else "success"
    for run in range(runs):
        verdict = fresh(metric).step(list(drawn(world, np.random.default_rng([run, 5]))))
        if verdict is None:
            raise AssertionError("a gate ends behind its last draw")
        findings.verdicts.append(verdict)
    return findings


def fresh(metric: str = "success") -> PairGate:
    """The first gate of a lineage."""
    return PairGate(SPEC, metric, 1, "gate/1", CHAMPION, CANDIDATE)


def made(spread: float, gain: float) -> World:
    """Tasks of which most are hard or easy (`spread` below 1) or in between, where the candidate gains evenly."""
    chances = np.clip(np.random.default_rng(17).beta(spread, spread, TASKS), 0.02, 0.98)
    room = 1 - chances if gain >= 0 else chances
    return World(chances, chances + room * gain / room.mean())


def planted() -> World:
    """60 points on 3 of 10 tasks."""
    chances = np.random.default_rng(19).uniform(0.55, 0.95, TASKS)
    sick = np.arange(TASKS) % 10 < 3
    return World(np.where(sick, 0.2, chances), np.where(sick, 0.8, chances))


def mixed() -> World:
    """40 points better at a third of the tasks, 20 points worse at the others."""
    better = np.arange(TASKS) % 3 == 0
    chances = np.full(TASKS, 0.5)
    return World(chances, np.where(better, 0.9, 0.3))


def drawn(world: World, generator: np.random.Generator) -> Iterator[Pair]:
    """Pairs as a gate draws them: tasks with replacement."""
    tasks = generator.integers(0, TASKS, SPEC.pairs)
    arms = []
    for arm, chances in enumerate((world.champion, world.candidate)):
        values = _values(generator, chances[tasks], graded=world.graded)
        lost = generator.random(SPEC.pairs) < world.lost[arm]
        if arm and world.lost_failures:
            lost |= (generator.random(SPEC.pairs) < world.lost_failures) & (values == 0)
        broken = generator.random(SPEC.pairs) < world.breaks[arm]
        arms.append((values.tolist(), lost.tolist(), broken.tolist()))
    metric = "score" if world.graded else "success"
    for number, task in enumerate(tasks.tolist()):
        champion, candidate = (
            _result(name, task, number, {metric: values[number], "violations": float(broken[number])}, lost[number])
            for name, (values, lost, broken) in zip(("champion", "candidate"), arms, strict=True)
        )
        yield Pair(number, champion, candidate)


def _values(generator: np.random.Generator, chances: Chances, *, graded: bool) -> Chances:
    if graded:
        return generator.binomial(4, chances) / 4
    return (generator.random(len(chances)) < chances).astype(float)


def _result(arm: str, task: int, number: int, values: Mapping[str, float], lost: bool) -> Result:
    return Result(
        arm=arm,
        environment="shop",
        task=f"t{task}",
        template=f"kind {task % 5}",
        seed=number,
        repeat=number,
        missing="provider" if lost else None,
        values={} if lost else values,
        cost_usd=0.01,
        calls=4,
    )
