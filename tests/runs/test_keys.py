"""A set of keys that takes eight bytes for each."""

import random

from support.specs import episode_spec

from wardian.runs.keys import Keys


def test_it_holds_what_was_put_in_and_nothing_else() -> None:
    specs = [episode_spec(seed=seed) for seed in range(1_000)]
    random.Random(1).shuffle(specs)
    keys = Keys(spec.key for spec in specs[:500])
    assert [spec.key in keys for spec in specs] == [True] * 500 + [False] * 500
    assert len(keys) == 500


def test_a_key_twice_counts_once() -> None:
    assert len(Keys([episode_spec().key, episode_spec(seed=1).key, episode_spec().key])) == 2


def test_none_are_nothing() -> None:
    assert not Keys()
    assert episode_spec().key not in Keys()


def test_the_smallest_and_the_largest_key() -> None:
    least, most = "0" * 16, "f" * 16
    assert least in Keys([least])
    assert most in Keys([most])
    assert most not in Keys([least])
    assert least not in Keys([most])
