"""Many campaigns of one kind, and what they show."""

from collections.abc import Callable, Iterator, Sequence
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
Study = Callable[[Extent, int, Play], Iterator[Finding]]
"""Plays campaigns whose seeds follow from the number, and says what they show."""

STORMS = {
    "the candidate's": Storm(share=0.2),
    "the champion's": Storm(share=0.2, champion=True),
    "failed ones of the candidate's": Storm(share=0.4, failing=True),
}


def _campaigns(name: str, count: int, seed: int) -> list[tuple[Scenario, int]]:
    return [(SCENARIOS[name], random_stream(seed, name, number).getrandbits(32)) for number in range(count)]


def null(extent: Extent, seed: int, play: Play) -> Iterator[Finding]:
    """No edit helps: what is promoted is promoted by chance."""
    ended = play(_campaigns("null", extent.null, seed))
    yield Finding.share("no edit helps, and one is promoted", (each.deceived for each in ended), 0.05)
    fewest = min(each.candidates for each in ended)
    few = "candidates in such a campaign, the fewest"
    yield Finding(promise=few, measured=fewest, target=10, unit="times", bound="at least")
    yield Finding.share("the champion seems to differ from itself", (each.false_alarm for each in ended), 0.05)
    yield Finding(
        promise="episodes of such a campaign", measured=fmean(each.episodes for each in ended), unit="episodes"
    )
    yield from _slots("no edit helps", ended)


def planted(extent: Extent, seed: int, play: Play) -> Iterator[Finding]:
    """A defect of 18 points, and one edit in four that mends it."""
    ended = play(_campaigns("planted", extent.planted, seed))
    yield Finding.share("a defect of 18 points is mended", (each.improved for each in ended), 0.95, least=True)
    yield Finding.share("and something is promoted that is no better", (each.deceived for each in ended), 0.05)
    episodes = sorted(each.episodes for each in ended)
    yield _episodes("episodes until then, median", median(episodes), 500)
    yield _episodes("episodes until then, 9 of 10 campaigns", episodes[-1 - len(episodes) // 10], 1_300)
    yield from _claims([gate for each in ended for gate in each.gates])
    yield from _slots("a defect of 18 points", ended)


def _episodes(promise: str, measured: float, target: float | None = None) -> Finding:
    return Finding(promise=promise, measured=measured, target=target, unit="episodes")


def _claims(gates: Sequence[Sentence]) -> Iterator[Finding]:
    promoted = [gate for gate in gates if gate.promoted]
    if promoted:
        bias = abs(fmean(gate.delta - gate.gain for gate in promoted))
        yield Finding(
            promise="claimed gain minus the true one", measured=bias, target=0.02, unit="points", n=len(promoted)
        )
        raw = fmean(gate.raw_delta - gate.gain for gate in promoted)
        yield Finding(promise="the same of the mean difference", measured=raw, unit="points", n=len(promoted))
        covered = [gate.covered for gate in promoted]
        yield Finding.share("the interval has the true gain, where promoted", covered, 0.95, least=True)
    yield Finding.share("the interval has the true gain", [gate.covered for gate in gates], 0.95, least=True)


def _slots(where: str, ended: Sequence[Ended]) -> Iterator[Finding]:
    use = fmean(each.slot_use for each in ended)
    yield Finding(promise=f"64 slots in use, {where}", measured=use, target=0.7, bound="at least")


def harmful(extent: Extent, seed: int, play: Play) -> Iterator[Finding]:
    """All edits make it worse."""
    yield from _never("a harmful edit is promoted", play(_campaigns("harmful", extent.harmful, seed)))


def gaming(extent: Extent, seed: int, play: Play) -> Iterator[Finding]:
    """All edits win over the judge whose metric decides."""
    yield from _never("an edit that games the judge is promoted", play(_campaigns("gaming", extent.gaming, seed)))


def reckless(extent: Extent, seed: int, play: Play) -> Iterator[Finding]:
    """All edits gain success in a way that nobody wants."""
    ended = play(_campaigns("reckless", extent.reckless, seed))
    yield from _never("an edit that breaks rules or makes values up is promoted", ended)


def _never(promise: str, ended: Sequence[Ended]) -> Iterator[Finding]:
    yield Finding.count(promise, [bool(each.promotions) for each in ended])


def stormy(extent: Extent, seed: int, play: Play) -> Iterator[Finding]:
    """One arm in five is missing, in three ways; no edit helps."""
    for where, storm in STORMS.items():
        played = play([(each.stormy(storm), number) for each, number in _campaigns("null", extent.stormy, seed)])
        yield Finding.count(f"promoted in a storm: {where}", [each.deceived for each in played])
        invalid = [gate.ruling == "invalid" for each in played for gate in each.gates]
        yield Finding.share(f"gates in it that end as invalid: {where}", invalid, None)


def budgets(extent: Extent, seed: int, play: Play) -> Iterator[Finding]:
    """Little to spend."""
    ended = play([(_poor(each, number), number) for each, number in _campaigns("null", extent.budgets, seed)])
    over = [each.episodes > each.allowed for each in ended]
    yield Finding.count("campaigns with an episode over their budget", over)
    usd = [max(0.0, each.spent_usd / each.allowed_usd - 1) for each in ended if each.allowed_usd]
    yield Finding(promise="dollars over the budget, at most", measured=max(usd), target=0.01, n=len(usd))


def _poor(scenario: Scenario, seed: int) -> Scenario:
    stream = random_stream(seed, "budget")
    episodes = stream.randint(1_100, 2_000)
    usd = round(stream.uniform(0.8, 1.5) * episodes * scenario.world.usd, 2)
    return scenario.budgeted(CampaignBudget(episodes=episodes, usd=usd))


STUDIES: dict[str, Study] = {
    each.__name__: each for each in (null, planted, harmful, gaming, reckless, stormy, budgets)
}
"""By name, in the order of what matters most."""
