"""The episodes that show how a run went."""

import random

from wardian.base.errors import Failure
from wardian.scoring.result import Result
from wardian.tracking.sample import LOOKED, MOST, choose, some_failed

LOST = Failure(cause="infra", kind="worker_lost", message="gone")
CONFUSED = Failure(cause="agent", kind="context_overflow", message="too long")


def result(number: int, arm: str = "a", score: float = 0.5, failure: Failure | None = None) -> Result:
    missing = failure.cause if failure is not None and failure.cause != "agent" else None
    values = {} if missing else {"score": score, "success": float(score == 1)}
    return Result(
        arm=arm, environment="shop", task=f"t{number}", seed=1, repeat=0, episode=f"{number:016x}", values=values,
        failure=failure, missing=missing,
    )  # fmt: skip


def test_of_every_arm_the_worst_the_median_the_best_and_any() -> None:
    run = [result(number, score=number / 10) for number in range(1, 10)]
    random.Random(1).shuffle(run)
    assert choose(run) == {f"{1:016x}": "worst", f"{9:016x}": "best", f"{5:016x}": "median"}
    several = choose([*run, *(result(100 + number, "b", number / 10) for number in range(10))])
    assert sorted(several.values()) == ["best", "best", "median", "median", "worst", "worst"]


def test_any_is_the_one_with_the_smallest_key() -> None:
    run = [result(1, score=0.5), result(2, score=0.0), result(3, score=1.0), result(4, score=0.6), result(5, score=0.7)]
    assert choose(run)[f"{1:016x}"] == "any"


def test_one_of_every_kind_of_failure_whoever_is_to_blame() -> None:
    run = [result(7), result(9, failure=LOST), result(8, failure=LOST), result(6, score=0.0, failure=CONFUSED)]
    chosen = choose(run)
    assert chosen[f"{8:016x}"] == "infra: worker_lost"
    assert chosen[f"{6:016x}"] == "agent: context_overflow"
    assert f"{9:016x}" not in chosen


def test_the_order_of_the_results_does_not_matter() -> None:
    run = [result(number, arm=f"arm-{number % 3}", score=number % 4 / 3) for number in range(60)]
    again = list(run)
    random.Random(2).shuffle(again)
    assert choose(run) == choose(again)


def test_there_are_never_too_many_and_failures_come_first() -> None:
    run = [result(number, arm=f"arm-{number // 5}", score=number % 5 / 4) for number in range(500)]
    chosen = choose([*run, result(9_999, failure=LOST)])
    assert len(chosen) == MOST
    assert "infra: worker_lost" in chosen.values()


def test_one_of_every_symptom_before_the_worst() -> None:
    run = [result(number, score=0.0) for number in range(1, 9)]
    chosen = choose(run, {"loop": f"{4:016x}", "wrong_args": f"{4:016x}", "turn_cap": f"{1:016x}"})
    assert (chosen[f"{4:016x}"], chosen[f"{1:016x}"]) == ("loop", "turn_cap")


def test_failed_ones_are_read_until_there_are_enough() -> None:
    missing, solved = result(1, failure=LOST), result(2, score=1)
    run = [missing, solved, *(result(number, score=0.0) for number in range(1_000, 3, -1))]
    assert some_failed(run) == [f"{number:016x}" for number in range(4, 4 + LOOKED)]


def test_of_no_result_there_is_no_sample() -> None:
    assert choose([]) == {}
