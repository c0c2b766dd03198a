"""How often each kind of interval covers the truth, in simulated runs of which the truth is known."""

from collections.abc import Callable, Iterator
from functools import partial

import numpy as np
from goals import Goal

from wardian.scoring.statistics import (
    Estimate,
    auroc,
    bootstrap,
    clustered_mean,
    flip_rate,
    paired_difference,
    pass_at,
    pass_hat,
    proportion,
)

RUNS = 2_000
CLAIMED, TOLERANCE = 95.0, 2.0

Draw = Callable[[np.random.Generator], Estimate]
"""One simulated run: its interval."""


def coverage(quick: bool) -> Iterator[Goal]:
    """Half a minute; each line is 2,000 runs with a truth of their own, or 200 when it must be `quick`.

    Of 200 runs some lines are further off by chance than they may be, so there a target would say nothing.
    """
    off, runs = [], RUNS // 10 if quick else RUNS
    for name, truth, draw in cases():
        generator = np.random.default_rng(11)
        share = 100 * sum(_covers(draw(generator), truth) for _ in range(runs)) / runs
        off.append(abs(share - CLAIMED))
        yield Goal(f"covered: {name}", share, "%")
    yield Goal(f"the furthest from {CLAIMED:.0f} %", max(off), "points", None if quick else TOLERANCE)


def cases() -> Iterator[tuple[str, float, Draw]]:
    """Name, truth, and how a run is drawn."""
    for tasks, repeats, a, b in ((60, 1, 4, 2), (40, 4, 2, 2), (40, 8, 0.5, 0.5), (15, 4, 8, 1), (100, 2, 4, 2)):
        draw = partial(success, tasks=tasks, repeats=repeats, shape=(a, b))
        yield f"success, {tasks} tasks x {repeats}, Beta({a}, {b})", a / (a + b), draw
    for clusters, most, repeats, alike in ((8, 12, 1, 0.3), (6, 12, 4, 0.1), (10, 12, 1, 0.6), (20, 5, 2, 0.3)):
        name = f"success, {clusters} templates of 1 to {most} tasks x {repeats}, correlated {alike:g}"
        yield name, 0.65, partial(templates, clusters=clusters, most=most, repeats=repeats, alike=alike)
    for repeats, gain in ((1, 0.15), (4, 0.0), (4, 0.15)):
        yield (
            f"paired difference, 60 tasks x {repeats}, gain {gain:g}",
            gain,
            partial(gained, repeats=repeats, gain=gain),
        )
    yield "paired difference, 10 templates of 6 tasks, gain 0.1", 0.1, gained_by_templates
    yield "pass^2 of 8, 40 tasks", 0.3, partial(tries, reckon=lambda n, c: pass_hat(n, c, 2))
    yield "pass@2 of 8, 40 tasks", 0.7, partial(tries, reckon=lambda n, c: pass_at(n, c, 2))
    yield "flip rate of 8, 40 tasks", 0.4, partial(tries, reckon=flip_rate)
    yield "mean of a metric, 12 templates of 5 tasks", 5.0, metric_by_templates
    yield "AUROC, 30 tasks x 4", 0.6914624612740131, area
    yield "cost for each success, 80 tasks, bootstrap", 2.0, cost_of_success


def success(generator: np.random.Generator, *, tasks: int, repeats: int, shape: tuple[float, float]) -> Estimate:
    chances = generator.beta(*shape, tasks)
    return proportion(_play(generator, chances, repeats).tolist())


def templates(generator: np.random.Generator, *, clusters: int, most: int, repeats: int, alike: float) -> Estimate:
    labels = np.repeat(np.arange(clusters), generator.integers(1, most + 1, clusters))
    spread = 1 / alike - 1
    chances = generator.beta(0.65 * spread, 0.35 * spread, clusters)[labels]
    return proportion(_play(generator, chances, repeats).tolist(), labels.tolist())


def gained(generator: np.random.Generator, *, repeats: int, gain: float) -> Estimate:
    chances = generator.beta(2, 2, 60) * (1 - gain)
    return paired_difference((_play(generator, chances + gain, repeats) - _play(generator, chances, repeats)).tolist())


def gained_by_templates(generator: np.random.Generator) -> Estimate:
    labels = np.repeat(np.arange(10), 6)
    gains = generator.uniform(-0.1, 0.3, 10)[labels]
    chances = generator.uniform(0.1, 0.7, 60)
    differences = _play(generator, chances + gains, 2) - _play(generator, chances, 2)
    return paired_difference(differences.tolist(), clusters=labels.tolist())


def tries(generator: np.random.Generator, *, reckon: Callable[[int, int], float]) -> Estimate:
    counts = generator.binomial(8, generator.beta(2, 2, 40))
    return proportion([reckon(8, int(count))] for count in counts)


def metric_by_templates(generator: np.random.Generator) -> Estimate:
    labels = np.repeat(np.arange(12), 5)
    values = 5 + generator.normal(size=12)[labels] + generator.normal(size=60)
    return clustered_mean(values.tolist(), clusters=labels.tolist())


def area(generator: np.random.Generator) -> Estimate:
    outcomes = generator.random((30, 4)) < 1 / (1 + np.exp(-generator.normal(0, 0.7, 30)[:, None]))
    values = outcomes + generator.normal(0, 2**0.5, (30, 4))
    found = auroc(values.ravel().tolist(), outcomes.ravel().tolist(), np.repeat(np.arange(30), 4).tolist())
    assert found is not None
    return found


def cost_of_success(generator: np.random.Generator) -> Estimate:
    chances = generator.beta(3, 3, 80)
    solved = generator.binomial(4, chances)
    paid = generator.gamma(2, 2, 80)
    return bootstrap(np.stack([paid, solved], axis=1), lambda sums: sums[..., 0] / sums[..., 1])


def _play(generator: np.random.Generator, chances: np.ndarray, repeats: int) -> np.ndarray:
    return (generator.random((len(chances), repeats)) < chances[:, None]).astype(float)


def _covers(estimate: Estimate, truth: float) -> bool:
    return estimate.low is not None and estimate.high is not None and estimate.low <= truth <= estimate.high
