"""Budgets are kept whatever happens, and used when nothing does."""

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.budget_world import Interleaving, World, play

from wardian.models.budgets.amount import PICODOLLARS


def played(plan: Interleaving) -> World:
    with TemporaryDirectory() as folder:
        return play(plan, Path(folder))


@settings(max_examples=200, deadline=None, derandomize=True)
@given(seed=st.integers(0, 2**32))
def test_nothing_that_happens_breaks_a_budget(seed: int) -> None:
    """`benchmarks/client.py --only budget` plays 1,000 others."""
    plan = Interleaving.random(seed)
    assert played(plan).exceeded(plan) == []


@pytest.mark.parametrize(("workers", "at_once"), [(1, 1), (1, 16), (8, 4)])
def test_a_budget_is_used(workers: int, at_once: int) -> None:
    plan = Interleaving(seed=7, usd=2.0, workers=workers, at_once=at_once, calls=2_000)
    world = played(plan)
    assert world.over_budget == workers * at_once
    assert 0.95 <= world.total.picodollars / (2.0 * PICODOLLARS) <= 1.0


def test_two_jobs_share_an_account() -> None:
    plan = Interleaving(seed=7, usd=None, account_usd=2.0, jobs=2, workers=2, calls=2_000)
    world = played(plan)
    assert len(world.billed) == 2
    assert 0.95 <= world.total.picodollars / (2.0 * PICODOLLARS) <= 1.0


def test_a_killed_driver_takes_little_along() -> None:
    """What its calls in flight may have cost, and a block for each worker."""
    plan = Interleaving(seed=7, usd=5.0, workers=2, calls=2_000, drivers=3)
    world = played(plan)
    assert world.over_budget == 8
    assert 0.80 <= world.total.picodollars / (5.0 * PICODOLLARS) <= 1.0
