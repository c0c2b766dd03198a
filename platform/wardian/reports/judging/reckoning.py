"""From what a judge made of gold items to what it is worth."""

from collections.abc import Iterable, Iterator, Sequence
from math import ceil, log
from typing import Final

import numpy as np
from numpy.typing import NDArray

from wardian.base.dollars import total_usd
from wardian.reports.judging.examination import Examined
from wardian.reports.judging.outcome import Corrected, Drawn, JudgeReport, Strength, Sureness
from wardian.reports.judging.preferences import preferences
from wardian.scoring.statistics import Estimate, bootstrap, clustered_mean, proportion
from wardian.scoring.statistics.estimate import NORMAL

__all__ = ["calibrated"]

Numbers = NDArray[np.float64]
REACH: Final = 0.05
"""How far the interval of the accuracy may go to either side before the items are too few."""
TENTHS: Final = 10


def calibrated(judge: str, examined: Sequence[Examined], *, bound: float | None = None) -> JudgeReport:
    """The report on `judge`; `bound` is the s* of a panel that it is meant for."""
    mixed = [each for each in examined if each.item.mixed]
    right = [_is_right(each) for each in mixed]
    accuracy = proportion([float(each)] for each in right)
    both = [each for each in examined if len(each.verdicts) > 1]
    firsts = [_firsts(each) for each in examined if each.verdicts]
    return JudgeReport(
        judge=judge,
        items=len(examined),
        mixed=len(mixed),
        accuracy=accuracy,
        chance=sum(len(set(each.item.right or ())) / len(each.item.candidates) for each in mixed) / len(mixed),
        kappa=_kappa(mixed),
        unread=sum(each.best is None for each in mixed),
        consistent=proportion([float(not each.conflict)] for each in both) if both else None,
        first=proportion(firsts) if firsts else None,
        first_by_chance=_mean(1 / len(each.item.candidates) for each in examined if each.verdicts),
        sureness=_sureness(mixed, right),
        drawn=_drawn(mixed),
        strengths=tuple(_strengths(examined)),
        corrected=_corrected(examined),
        needed=_needed(accuracy.value),
        bound=bound,
        cost_usd=total_usd(each.cost_usd for each in examined),
        simulated=any(each.simulated for each in examined),
    )


def _is_right(each: Examined) -> bool:
    return each.best is not None and each.best in (each.item.right or ())


def _firsts(each: Examined) -> list[float]:
    return [float(verdict.ranking[0] == verdict.shown[0]) for verdict in each.verdicts]


def _mean(values: Iterable[float]) -> float | None:
    every = list(values)
    return sum(every) / len(every) if every else None


def _needed(accuracy: float) -> int:
    """Items for an interval of `REACH` to either side; a judge who seems perfect is taken for one of 95 %."""
    share = min(max(accuracy, REACH), 1 - REACH)
    return ceil(NORMAL**2 * share * (1 - share) / REACH**2)


def _kappa(mixed: Sequence[Examined]) -> Estimate | None:
    """Of the places, as shown first, of the chosen and of the right candidate."""
    pairs = [
        (verdict.shown.index(verdict.ranking[0]), verdict.shown.index(str(known[0])))
        for verdict, known in (
            (each.verdicts[0], sorted(set(each.item.right or ()))) for each in mixed if each.verdicts
        )
        if len(known) == 1
    ]
    if not pairs:
        return None
    most = 1 + max(max(pair) for pair in pairs)
    chosen, known = np.eye(most)[[pair[0] for pair in pairs]], np.eye(most)[[pair[1] for pair in pairs]]
    alike = (chosen * known).sum(axis=1, keepdims=True)

    def kappa(sums: Numbers) -> Numbers:
        count = sums[..., 1 : 1 + most].sum(axis=-1)
        by_chance = (sums[..., 1 : 1 + most] * sums[..., 1 + most :]).sum(axis=-1) / count**2
        return np.asarray((sums[..., 0] / count - by_chance) / np.maximum(1 - by_chance, 1e-12))

    return bootstrap(np.concatenate([alike, chosen, known], axis=1), kappa, method="percentile")


def _sureness(mixed: Sequence[Examined], right: Sequence[bool]) -> Sureness | None:
    said = [(each.confidence, true) for each, true in zip(mixed, right, strict=True) if each.confidence is not None]
    if not said:
        return None
    confidence, truth = np.array([sure for sure, _ in said]), np.array([float(true) for _, true in said])
    tenth = np.minimum((confidence * TENTHS).astype(int), TENTHS - 1)
    gaps = [abs(float((confidence - truth)[tenth == each].sum())) for each in range(TENTHS)]
    brier = clustered_mean(((confidence - truth) ** 2).tolist(), bounds=(0.0, 1.0))
    return Sureness(said=len(said), confidence=float(confidence.mean()), ece=sum(gaps) / len(said), brier=brier)


def _pairs(examined: Sequence[Examined]) -> Iterator[tuple[int, int, int, int]]:
    """Every ranked pair: the item, the preferred and the other candidate, 1 where the former came first, else -1."""
    for number, each in enumerate(examined):
        for verdict in each.verdicts:
            for place, winner in enumerate(verdict.ranking):
                for loser in verdict.ranking[place + 1 :]:
                    ahead = 1 if verdict.shown.index(winner) < verdict.shown.index(loser) else -1
                    yield number, int(winner), int(loser), ahead


def _drawn(mixed: Sequence[Examined]) -> Drawn | None:
    rows: list[tuple[float, float, float]] = []
    items: list[int] = []
    for number, winner, loser, ahead in _pairs(mixed):
        item = mixed[number].item
        known = set(item.right or ())
        length = log(1 + len(item.candidates[winner].text)) - log(1 + len(item.candidates[loser].text))
        rows.append((float(winner in known) - float(loser in known), length, float(ahead)))
        items.append(number)
    if not rows:
        return None
    found = preferences(np.array(rows), items)
    return Drawn(right=found[0], length=found[1], place=found[2])


def _strengths(examined: Sequence[Examined]) -> list[Strength]:
    """Of named sources; empty when there are fewer than two."""
    names = sorted({each.source for one in examined for each in one.item.candidates if each.source})
    pairs = [
        (number, examined[number].item.candidates[winner].source, examined[number].item.candidates[loser].source)
        for number, winner, loser, _ in _pairs(examined)
    ]
    pairs = [pair for pair in pairs if pair[1] and pair[2] and pair[1] != pair[2]]
    if len(names) < 2 or not pairs:
        return []
    places = {name: place for place, name in enumerate(names)}
    more = np.zeros((len(pairs), len(names)))
    for row, (_, winner, loser) in enumerate(pairs):
        more[row, places[winner]], more[row, places[loser]] = 1.0, -1.0
    found = preferences(more, [number for number, _, _ in pairs])
    strengths = [_strength(name, estimate, examined) for name, estimate in zip(names, found, strict=True)]
    return sorted(strengths, key=lambda each: -each.strength.value)


def _strength(source: str, strength: Estimate, examined: Sequence[Examined]) -> Strength:
    theirs = [
        (each.item.right, place)
        for each in examined
        for place, candidate in enumerate(each.item.candidates)
        if candidate.source == source
    ]
    known = _mean(float(place in right) for right, place in theirs if right is not None)
    return Strength(source=source, candidates=len(theirs), strength=strength, right=known)


def _corrected(examined: Sequence[Examined]) -> Corrected | None:
    """By an interval that counts what is unsure in all three rates."""
    with_right = [each.accepts for each in examined if each.item.right]
    without = [not each.accepts for each in examined if each.item.right == ()]
    unmarked = [each.accepts for each in examined if each.item.right is None]
    if not (with_right and without and unmarked):
        return None
    units = np.array(
        [[1, float(each), 0, 0, 0, 0] for each in with_right]
        + [[0, 0, 1, float(each), 0, 0] for each in without]
        + [[0, 0, 0, 0, 1, float(each)] for each in unmarked]
    )
    sensitivity, specificity, apparent = (
        proportion([float(each)] for each in rate) for rate in (with_right, without, unmarked)
    )
    knows = sensitivity.value + specificity.value > 1
    corrected = bootstrap(units, _rogan_gladen, method="percentile") if knows else None
    return Corrected(sensitivity=sensitivity, specificity=specificity, apparent=apparent, corrected=corrected)


def _rogan_gladen(sums: Numbers) -> Numbers:
    """(apparent + specificity - 1) / (sensitivity + specificity - 1), within 0 and 1."""
    sensitivity, specificity, apparent = (
        sums[..., place + 1] / np.maximum(sums[..., place], 1.0) for place in (0, 2, 4)
    )
    return np.asarray(np.clip((apparent + specificity - 1) / np.maximum(sensitivity + specificity - 1, 1e-9), 0.0, 1.0))
