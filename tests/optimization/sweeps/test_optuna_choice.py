"""Optuna as the one who chooses."""

from support.sweeps import Drawn, configs, played, sweep

from wardian.optimization.sweeps.choices import choice_of
from wardian.optimization.sweeps.record import SweepRecord
from wardian.specs.sweeps import SweepSpec


def chosen(wanted: int, batch: int = 4, grid: int = 40) -> SweepRecord:
    sampler = {"kind": "optuna", "configs": wanted, "batch": batch}
    spec = SweepSpec.model_validate({"agent": "a", "over": {"temperature": [0, 1]}, "sampler": sampler})
    world = Drawn(lambda arm, _: 1 - abs(int(arm[2:]) - 30) / 40)
    return played(sweep(spec, grid, 64, choice=choice_of(spec, configs(grid), 3)), world)


def test_as_many_as_are_wanted_play_the_first_block_and_then_half_of_them_go() -> None:
    record = chosen(16)
    assert [len(block.configs) for block in record.blocks] == [16, 8, 4, 2]
    assert len(set(record.blocks[0].configs)) == 16


def test_optuna_looks_where_it_was_good() -> None:
    """Of 40 on a line, those near the best one are asked for more often than by chance."""
    near = [number for number in chosen(20).blocks[0].configs if abs(number - 30) <= 9]
    assert len(near) > 20 * 19 / 40


def test_the_same_seed_asks_for_the_same() -> None:
    assert chosen(12) == chosen(12)


def test_it_ends_when_the_grid_does() -> None:
    assert len(chosen(30, grid=10).blocks[0].configs) == 10
