from itertools import product

import pytest

from wardian.base.bundle import Bundle
from wardian.base.identity import random_stream
from wardian.optimization.proposals.edit import Candidate
from wardian.optimization.search.runner import Runner

CANDIDATE = Candidate(bundle=Bundle(agent="a", texts={"system": "x"}), parent="p")
VALUES = (0.0, 1.0, None)


def runner(champion: dict[int, float | None], own: dict[int, float | None], draws: int) -> Runner:
    return Runner(CANDIDATE, champion, own, draws=draws)


def test_a_gain_is_the_mean_over_draws_with_both_results() -> None:
    raced = runner({0: 0.0, 1: 1.0, 2: None, 3: 1.0}, {0: 1.0, 1: 1.0, 2: 1.0, 3: None}, 4)
    assert raced.deltas == {0: 1.0, 1: 0.0}
    assert raced.gain == 0.5


def test_draws_of_a_later_rung_do_not_count_yet() -> None:
    assert runner({0: 0.0, 1: 1.0}, {0: 1.0, 1: 0.0}, 1).gain == 1.0


def test_nobody_is_as_bad_as_one_without_a_result() -> None:
    assert runner({0: 1.0}, {0: None}, 1).gain == -1.0
    assert runner({0: 1.0}, {0: None}, 1).reach() == (-1.0, -1.0)


@pytest.mark.parametrize("seed", range(40))
def test_no_end_lies_outside_of_what_can_be_reached_and_both_ends_can(seed: int) -> None:
    stream = random_stream(seed, "ends")
    known = [(stream.choice(VALUES), stream.choice(VALUES)) for _ in range(3)]
    champion: dict[int, float | None] = {number: theirs for number, (theirs, _) in enumerate(known)}
    own: dict[int, float | None] = {number: ours for number, (_, ours) in enumerate(known)}
    champion[3] = stream.choice(VALUES)
    low, high = runner(champion, own, 5).reach()
    ends = [
        runner({**champion, 4: theirs}, {**own, 3: first, 4: second}, 5).gain
        for first, second, theirs in product(VALUES, VALUES, VALUES)
    ]
    assert (low, high) == (min(ends), max(ends))
