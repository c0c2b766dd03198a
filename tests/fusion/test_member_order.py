"""Before a judge it makes no difference in which order a config names its members, whatever judge and members say."""

from collections.abc import Mapping
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.judges import ASKED, Member, ScriptedJudge, verdict
from support.panels import fusion_of

from wardian.base.identity import random_stream

MODES: tuple[dict[str, Any], ...] = (
    {"mode": "best_of"},
    {"mode": "best_of", "judge": {"model": "judge", "orders": 1}},
    {"mode": "merge", "guard": True},
    {"mode": "debate"},
    {"mode": "analysis"},
)


def moody(seed: int) -> Any:
    """Says what depends on the candidates and their places: now a verdict, now a place, now nothing of use."""

    def say(candidates: Mapping[str, str]) -> str:
        stream = random_stream(seed, *candidates.values())
        labels = list(candidates)
        if stream.random() < 0.5:
            stream.shuffle(labels)
        return stream.choice([verdict(*labels), "Hm.", f"text {stream.random()}"])

    return say


@pytest.mark.parametrize("said", MODES, ids=lambda said: "-".join(map(str, said.values())))
@settings(max_examples=25, deadline=None)
@given(
    answers=st.lists(st.sampled_from(["one", " one", "One.", "two", "a longer one"]), min_size=3, max_size=3),
    seed=st.integers(0, 1000),
)
async def test_the_answer_is_the_same_in_every_order_of_members(
    said: dict[str, Any], answers: list[str], seed: int
) -> None:
    winners: set[str] = set()
    for members in permutations([Member(name, text) for name, text in zip("abc", answers, strict=True)]):
        judge = ScriptedJudge(moody(seed))
        config: dict[str, Any] = {"judge": "judge", "seed": seed} | said
        fusion = fusion_of("fusion/f", members, judge, **config)
        winners.add((await fusion.complete(ASKED)).message.content)
    assert len(winners) == 1
