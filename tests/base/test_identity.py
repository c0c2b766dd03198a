"""Names follow from content, in every process alike."""

import subprocess
import sys

import pytest

from wardian.base.identity import canonical_json, derive_seed, digest, random_stream


def test_key_order_does_not_matter() -> None:
    assert canonical_json({"b": 1, "a": [1, "é"]}) == canonical_json({"a": [1, "é"], "b": 1})
    assert digest({"b": 1, "a": 2}) == digest({"a": 2, "b": 1}) != digest({"a": 2, "b": 2})


def test_what_json_cannot_say_is_refused() -> None:
    with pytest.raises(TypeError):
        digest({1, 2})


def test_seeds_depend_on_every_part_and_on_where_it_ends() -> None:
    seeds = {derive_seed("a", "bc"), derive_seed("ab", "c"), derive_seed("a", "bc", 0), derive_seed("abc")}
    assert len(seeds) == 4
    assert all(0 <= seed < 2**63 for seed in seeds)


def test_streams_of_two_purposes_are_apart() -> None:
    assert random_stream(1, "faults").random() == random_stream(1, "faults").random()
    assert random_stream(1, "faults").random() != random_stream(1, "persona").random()


def test_another_process_finds_the_same_names() -> None:
    code = "from wardian.base.identity import *; print(derive_seed(7, 'x'), digest({'a': [1.5, None]}))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == [str(derive_seed(7, "x")), digest({"a": [1.5, None]})]
