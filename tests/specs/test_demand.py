"""How many calls one answer of a fusion takes, of everybody in the pool."""

from typing import Any

import pytest
from pydantic import TypeAdapter

from wardian.specs.fusion.modes import FusionSpec
from wardian.specs.fusion.panels import Panels, Share

SPEC: TypeAdapter[FusionSpec] = TypeAdapter(FusionSpec)
PAIR: dict[str, Any] = {"members": ["a", {"model": "b", "samples": 2}]}
AGREE = {"kind": "agree", "count": 2}
STAGES = [
    {"members": [{"model": "a", "samples": 2}], "accept": AGREE},
    {"members": ["b"], "accept": {"kind": "judge_score"}},
    {"members": ["c"]},
]


def shares(tools: bool = False, **fusions: dict[str, Any]) -> dict[str, tuple[int, int]]:
    panels = Panels({name: SPEC.validate_python(said) for name, said in fusions.items()}, dict.fromkeys("abcj"))
    found = panels.shares("fusion/f", tools=tools)
    return {name: (share.least, share.most) for name, share in found.items()}


@pytest.mark.parametrize(
    ("said", "calls"),
    [
        (PAIR, {"a": (1, 1), "b": (2, 2)}),
        ({**PAIR, "undecided": "escalate", "escalate_to": "c"}, {"a": (1, 1), "b": (2, 2), "c": (0, 1)}),
        ({**PAIR, "mode": "best_of", "judge": "j"}, {"a": (1, 1), "b": (2, 2), "j": (0, 8)}),
        ({**PAIR, "mode": "best_of", "judge": {"model": "j", "repair": 0}}, {"a": (1, 1), "b": (2, 2), "j": (0, 4)}),
        ({**PAIR, "mode": "best_of", "judge": "a"}, {"a": (1, 9), "b": (2, 2)}),
        ({**PAIR, "mode": "debate", "rounds": 2}, {"a": (1, 3), "b": (2, 6)}),
        (
            {**PAIR, "mode": "analysis", "judge": "j", "writer": "c"},
            {"a": (1, 1), "b": (2, 2), "j": (1, 2), "c": (1, 2)},
        ),
        ({"mode": "cascade", "stages": STAGES, "judge": "j"}, {"a": (2, 2), "b": (0, 1), "c": (0, 1), "j": (0, 2)}),
    ],
)
def test_from_everybody_agrees_to_nobody_does(said: dict[str, Any], calls: dict[str, tuple[int, int]]) -> None:
    assert shares(f=said) == calls


@pytest.mark.parametrize(("scope", "least"), [("every", 3), ("divergent_probe", 2), ("destructive", 1), ("first", 1)])
def test_at_turns_with_tools_the_scope_may_spare_a_part_of_the_panel(scope: str, least: int) -> None:
    said = {**PAIR, "scope": scope}
    assert sum(each for each, _ in shares(tools=True, f=said).values()) == least
    assert sum(each for each, _ in shares(tools=False, f=said).values()) == 3


def test_a_cascade_spares_nobody_of_its_first_stage() -> None:
    three = {"members": [{"model": "a", "samples": 3}], "accept": AGREE}
    assert shares(tools=True, f={"mode": "cascade", "stages": [three, {"members": ["b"]}]})["a"] == (3, 3)


def test_those_who_are_required_are_never_spared() -> None:
    said = {"members": ["a", "b", {"model": "c", "samples": 2, "required": True}], "scope": "destructive"}
    assert {name: least for name, (least, _) in shares(tools=True, f=said).items() if least} == {"c": 2}
    assert shares(tools=False, f=said) == dict.fromkeys("ab", (1, 1)) | {"c": (2, 2)}


def test_a_fusion_within_multiplies() -> None:
    inner = {"mode": "best_of", "members": ["a", "b"], "judge": {"model": "j", "repair": 0, "orders": 1}}
    outer = {"members": [{"model": "fusion/g", "samples": 2}, "a"]}
    assert shares(f=outer, g=inner) == {"a": (3, 3), "b": (2, 2), "j": (0, 6)}


def test_a_judge_reads_all_candidates_in_each_of_its_calls() -> None:
    spec = SPEC.validate_python({**PAIR, "mode": "best_of", "judge": "j"})
    assert Panels({"f": spec}, dict.fromkeys("abj")).shares("fusion/f", tools=False)["j"] == Share(0, 8, 24)


def test_where_there_are_tools_an_analyst_may_have_to_compare_proposals() -> None:
    said = {**PAIR, "mode": "analysis", "judge": "j", "writer": "c"}
    assert shares(tools=True, f=said)["j"] == (1, 8)


def test_a_writer_reads_all_candidates_each_time() -> None:
    spec = SPEC.validate_python({**PAIR, "mode": "analysis", "judge": "j", "writer": "c"})
    found = Panels({"f": spec}, dict.fromkeys("abcj")).shares("fusion/f", tools=False)
    assert (found["j"], found["c"]) == (Share(1, 2, 6), Share(1, 2, 6))


def test_a_model_of_the_pool_is_asked_once() -> None:
    assert Panels({}, {"a": None}).shares("a", tools=True) == {"a": Share(1, 1, 0)}
