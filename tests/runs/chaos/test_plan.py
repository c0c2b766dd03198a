"""A seed decides which faults a run meets, and when."""

from collections import Counter

import pytest

from wardian.base.errors import ConfigError
from wardian.runs.chaos.plan import ANYWHERE, OWN_CLUSTER, dealt, drawn, parsed

MANY = {"worker": 20, "coordinator": 20, "raylet": 5, "gcs": 5}


def test_the_same_seed_gives_the_same_plan() -> None:
    plan = parsed("worker=20,coordinator=20,raylet=5,gcs=5", OWN_CLUSTER)
    assert drawn(7, plan, 2_000) == drawn(7, plan, 2_000)
    assert drawn(7, plan, 2_000) != drawn(8, plan, 2_000)


def test_a_plan_has_what_was_asked_for_in_order_and_apart() -> None:
    faults = drawn(1, parsed("worker=20,coordinator=20,raylet=5,gcs=5", OWN_CLUSTER), 2_000)
    assert Counter(fault.kind for fault in faults) == MANY
    moments = [fault.at for fault in faults]
    assert moments == sorted(moments)
    assert moments[0] >= 100
    assert moments[-1] < 1_800
    assert all(later - earlier > 0 for earlier, later in zip(moments[::2], moments[2::2], strict=False))


def test_kinds_come_in_any_order() -> None:
    orders = {tuple(fault.kind for fault in drawn(seed, dealt(4, ANYWHERE), 100)) for seed in range(20)}
    assert len(orders) > 5


def test_nothing_is_planned_for_nothing() -> None:
    assert drawn(1, dealt(0, ANYWHERE), 100) == []
    assert [fault.at for fault in drawn(1, dealt(2, ANYWHERE), 0)] == [0, 0]


@pytest.mark.parametrize(
    ("number", "expected"),
    [(4, {"worker": 1, "coordinator": 1, "freeze": 1, "broker": 1}), (5, {"worker": 2, "coordinator": 1})],
)
def test_faults_are_dealt_evenly(number: int, expected: dict[str, int]) -> None:
    plan = dealt(number, ANYWHERE)
    assert sum(plan.values()) == number
    assert {kind: plan[kind] for kind in ANYWHERE if kind in expected} == expected


def test_a_plan_is_read_as_it_is_typed() -> None:
    assert parsed("worker=2, coordinator=1,worker=1", ANYWHERE) == {"worker": 3, "coordinator": 1}


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("wroker=2", "--plan: there is no fault 'wroker'; did you mean 'worker'?"),
        ("worker", "--plan: 'worker' is not like worker=2,coordinator=1"),
        ("worker=-1", "--plan: 'worker=-1' is not like worker=2,coordinator=1"),
        ("gcs=1", "--plan: 'gcs' ends the whole cluster, and this one is not the command's own"),
    ],
)
def test_a_bad_plan_is_one_line(text: str, line: str) -> None:
    with pytest.raises(ConfigError) as refused:
        parsed(text, ANYWHERE)
    assert str(refused.value) == line
