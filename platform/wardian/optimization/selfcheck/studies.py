"""Many campaigns of one kind, and what they show."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from statistics import fmean, median

from wardian.base.identity import random_stream
from wardian.optimization.selfcheck.ended import Ended, Sentence
from wardian.optimization.selfcheck.extent import Extent
from wardian.optimization.selfcheck.finding import Finding
from wardian.optimization.selfcheck.scenario import SCENARIOS, Scenario
from wardian.optimization.selfcheck.world import Storm
from wardian.specs.refinement import CampaignBudget

__all__ = ["STUDIES", "Play", "Study"]

Play = Callable[[Sequence[tuple[Scenario, int]]], Sequence[Ended]]
"""Plays the campaigns of these scenarios with these seeds; the results in the same order."""

STORMS = {
    "candidate's": Storm(share=0.2),
    "champion's": Storm(share=0.2, champion=True),
    "its failed ones": Storm(share=0.4, failing=True),
}


CAMPAIGNS = 3
"""Of one lineage, one after the other."""
MANY = 500
"""So many campaigns are enough for a bound of 7 %."""
FEW = 20
"""Fewer promotions of one gain say little of the bias."""


@dataclass(frozen=True)
class Study:
    """Many campaigns of one kind.

    Args:
        about: what kind, in a line.
        find: plays them, with seeds that follow from the number, and says what they show.
    """

    about: str
    find: Callable[[Extent, int, Play], Iterator[Finding]]


def null(extent: Extent, seed: int, play: Play) -> Iterator[Finding]:
    """What is promoted is promoted by chance."""
    ended = play(_campaigns("null", extent.null, seed))
    yield from _deceived(ended)
    yield Finding.share("A/A seems to differ", (each.false_alarm for each in ended), 0.01)
    fewest = min(each.candidates for each in ended)
    yield Finding(promise="candidates, the fewest", measured=fewest, target=10, unit="times", bound="at least")
    yield _episodes("episodes, mean", fmean(each.episodes for each in ended))
    yield from _pace(ended)


def graded(extent: Extent, seed: int, play: Play) -> Iterator[Finding]:
    """The same by another test: what is graded has no exact one at the end."""
    yield from _deceived(play(_campaigns("graded", extent.graded, seed)))


def lineages(extent: Extent, seed: int, play: Play) -> Iterator[Finding]:
    """Whoever goes on asking until something is promoted."""
    campaigns = [(scenario.behind(0), number) for scenario, number in _campaigns("null", extent.lineages, seed + 1)]
    deceived = [False] * len(campaigns)
    for _ in range(CAMPAIGNS):
        ended = play(campaigns)
        deceived = [before or each.deceived for before, each in zip(deceived, ended, strict=True)]
        campaigns = [
            (scenario.behind(scenario.earlier + len(each.gates)), number)
            for (scenario, number), each in zip(campaigns, ended, strict=True)
        ]
    yield Finding.share("promote one, ever", deceived, 0.05)


def _deceived(ended: Sequence[Ended]) -> Iterator[Finding]:
    found = Finding.share("promote one", (each.deceived for each in ended), 0.05)
    yield found
    enough = len(ended) >= MANY
    yield Finding(promise="its 95 % bound", measured=found.high or 0.0, target=0.07 if enough else None)


def planted(extent: Extent, seed: int, play: Play) -> Iterator[Finding]:
    """There is something to find."""
    ended = play(_campaigns("planted", extent.planted, seed))
    yield Finding.share("promote what mends it", (each.improved for each in ended), 0.95, least=True)
    yield Finding.share("promote what is no better", (each.deceived for each in ended), 0.05)
    episodes = sorted(each.episodes for each in ended)
    yield _episodes("episodes, median", median(episodes), 500)
    yield _episodes("episodes, 9 of 10 campaigns", episodes[-1 - len(episodes) // 10], 1_300)
    yield from _claims([gate for each in ended for gate in each.gates])
    yield from _pace(ended)


def _episodes(promise: str, measured: float, target: float | None = None) -> Finding:
    return Finding(promise=promise, measured=measured, target=target, unit="episodes", pace=True)


def _claims(gates: Sequence[Sentence]) -> Iterator[Finding]:
    promoted = [gate for gate in gates if gate.promoted]
    if promoted:
        raw = fmean(gate.raw_delta - gate.gain for gate in promoted)
        yield Finding(promise="claimed gain - true gain", measured=_bias(promoted), target=0.02, unit="points")
        yield Finding(promise="mean difference - true gain", measured=raw, unit="points")
        covered = [gate.covered for gate in promoted]
        yield Finding.share("interval holds, if promoted", covered, 0.95, least=True)
    yield Finding.share("interval holds", [gate.covered for gate in gates], 0.95, least=True)


def _bias(promoted: Sequence[Sentence]) -> float:
    """The largest over the true gains that are often promoted: too much here is no comfort for too little there."""
    alike: dict[float, list[float]] = {}
    for gate in promoted:
        alike.setdefault(round(gate.gain, 1), []).append(gate.delta - gate.gain)
    often = [found for found in alike.values() if len(found) >= FEW] or [[gate.delta - gate.gain for gate in promoted]]
    return max(abs(fmean(found)) for found in often)


def _pace(ended: Sequence[Ended]) -> Iterator[Finding]:
    use = fmean(each.slot_use for each in ended)
    yield Finding(promise="64 slots in use", measured=use, target=0.7, bound="at least", pace=True)
    yield Finding(promise="simulated hours, mean", measured=fmean(each.hours for each in ended), unit="hours")


def stormy(extent: Extent, seed: int, play: Play) -> Iterator[Finding]:
    """Three ways in which a provider fails one arm more than the other."""
    for where, storm in STORMS.items():
        ended = play([(each.stormy(storm), number) for each, number in _campaigns("null", extent.stormy, seed)])
        yield Finding.count(f"promote one, {where}", [each.deceived for each in ended])
        invalid = [gate.ruling == "invalid" for each in ended for gate in each.gates]
        yield Finding.share(f"gates invalid, {where}", invalid, None)


def budgets(extent: Extent, seed: int, play: Play) -> Iterator[Finding]:
    """A budget that ends some of them before their generations do."""
    ended = play([(_poor(each, number), number) for each, number in _campaigns("null", extent.budgets, seed)])
    yield Finding.count("an episode over", [each.episodes > each.allowed for each in ended])


def _poor(scenario: Scenario, seed: int) -> Scenario:
    stream = random_stream(seed, "budget")
    episodes = stream.randint(1_100, 2_000)
    return scenario.budgeted(CampaignBudget(episodes=episodes))


def reckless(extent: Extent, seed: int, play: Play) -> Iterator[Finding]:
    """What the guardrails let pass, which are as sure as their bounds."""
    ended = play(_campaigns("reckless", extent.reckless, seed))
    yield Finding.share("promote one", (bool(each.promotions) for each in ended), 0.05)


def _never(name: str, extent: Extent, seed: int, play: Play) -> Iterator[Finding]:
    ended = play(_campaigns(name, getattr(extent, name), seed))
    yield Finding.count("promote one", [bool(each.promotions) for each in ended])


def _campaigns(name: str, count: int, seed: int) -> list[tuple[Scenario, int]]:
    return [(SCENARIOS[name], random_stream(seed, name, number).getrandbits(32)) for number in range(count)]


STUDIES: dict[str, Study] = {
    "null": Study("No edit helps: 30 candidates, up to 3 gates", null),
    "graded": Study("The same where the metric is a share of checks", graded),
    "lineages": Study("Three campaigns of one prompt, and no edit helps", lineages),
    "planted": Study("A defect of 18 points, and one edit in four mends it", planted),
    "harmful": Study("All edits make it worse", partial(_never, "harmful")),
    "gaming": Study("A judge decides, and all edits game it", partial(_never, "gaming")),
    "reckless": Study("All edits gain, and break rules or make values up", reckless),
    "stormy": Study("A fifth of one arm is missing, and no edit helps", stormy),
    "budgets": Study("Little to spend", budgets),
}
"""By name, in the order of what matters most."""
