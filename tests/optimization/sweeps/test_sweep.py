"""A sweep from its first block to its end."""

import pytest
from support.sweeps import Drawn, Nothing, played, sweep

from wardian.episodes.record import EpisodeSpec
from wardian.optimization.sweeps.record import SweepRecord
from wardian.specs.sweeps import SweepEnding, SweepSpec


def spec(ending: SweepEnding = "halving", **more: object) -> SweepSpec:
    return SweepSpec.model_validate({"agent": "a", "over": {"temperature": [0, 1]}, "ending": ending, **more})


def rising(arm: str, _: EpisodeSpec) -> float:
    """The later, the better."""
    return 0.3 if arm == "idle" else 0.1 + 0.05 * int(arm.partition("@")[2])


def names(record: SweepRecord) -> list[str]:
    return [each.name for each in record.finalists]


def test_half_of_the_configurations_stay_after_each_block_and_two_to_the_end() -> None:
    record = played(sweep(spec(), 16, 64), Drawn(rising))
    assert [(block.cells, len(block.configs)) for block in record.blocks] == [(8, 16), (16, 8), (32, 4), (64, 2)]
    assert len(record.finalists) == 2
    assert record.done


def test_halving_plays_less_than_35_percent_of_the_factorial() -> None:
    for count in (16, 64, 256):
        world = Drawn(rising)
        record = played(sweep(spec(), count, 64), world)
        assert record.episodes == len(world.plays) <= 0.35 * record.factorial


def test_all_arms_of_a_block_play_the_same_episodes() -> None:
    world = Drawn(rising)
    record = played(sweep(spec(), 4, 32, beside=("idle",)), world)
    assert len(world.plays) == record.episodes + 32


def test_a_full_sweep_is_the_factorial() -> None:
    record = played(sweep(spec("full"), 5, 7, repeats=3), Drawn(rising))
    assert record.episodes == record.factorial == 5 * 7 * 3
    assert len(record.finalists) == 5


@pytest.mark.parametrize("ending", ["halving", "safe", "full"])
def test_the_order_of_results_decides_nothing(ending: SweepEnding) -> None:
    records = [played(sweep(spec(ending), 12, 40), Drawn(rising, order=order)) for order in range(3)]
    assert records[0] == records[1] == records[2]


@pytest.mark.parametrize("dies_after", [0, 1, 40, 100, 129, 200])
def test_a_sweep_that_is_killed_goes_on_and_repeats_nothing(dies_after: int) -> None:
    whole = Drawn(rising)
    expected = played(sweep(spec(), 16, 64), whole)
    world = Drawn(rising, order=7)
    world.dies_after = dies_after
    with pytest.raises(Nothing):
        played(sweep(spec(), 16, 64), world)
    world.dies_after = None
    assert played(sweep(spec(), 16, 64), world) == expected
    assert sorted(world.plays) == sorted(whole.plays)


def test_of_two_that_are_alike_the_cheaper_one_stays() -> None:
    costs = {f"a@{number}": 1.0 - 0.01 * number for number in range(8)}
    record = played(sweep(spec(), 8, 64), Drawn(lambda *_: 1.0, costs=costs))
    assert names(record) == ["a@6", "a@7"]


def test_a_configuration_without_results_is_dropped_as_missing_and_not_as_worse() -> None:
    world = Drawn(rising, missing=lambda each: each.agent.name == "a@7")
    record = played(sweep(spec(), 8, 64), world)
    assert next((each.config, each.why) for each in record.dropped) == (7, "missing")


def test_missing_episodes_are_no_zeros() -> None:
    """One that lacks the tasks at which all succeed is compared on the others."""
    hard = {f"t{task}" for task in range(0, 64, 2)}

    def chance(arm: str, each: EpisodeSpec) -> float:
        return float(arm == "a@0" or each.task.id not in hard)

    def lost(each: EpisodeSpec) -> bool:
        return each.agent.name == "a@0" and each.task.id not in hard and int(each.task.id[1:]) % 4 == 1

    record = played(sweep(spec(), 8, 64), Drawn(chance, missing=lost))
    assert "a@0" in names(record)


def test_safe_stops_when_one_is_left() -> None:
    record = played(sweep(spec("safe"), 4, 200), Drawn(lambda arm, _: 0.9 if arm == "a@2" else 0.2))
    assert names(record) == ["a@2"]
    assert record.done
    assert record.episodes < 0.6 * record.factorial
    assert all(each.why == "worse" and (each.e_value or 0) >= 4 / 0.05 for each in record.dropped)
