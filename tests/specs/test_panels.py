"""Fusions that ask fusions: how deep they are, and which ask themselves; and quorums that cannot be."""

import pytest

from wardian.specs.fusion.collect import CollectSpec, Quorum
from wardian.specs.fusion.member import MemberSpec
from wardian.specs.fusion.modes import VoteSpec
from wardian.specs.fusion.panels import Panels
from wardian.specs.places import spell


def panels(**members: str) -> Panels:
    """Fusions by their members, written as one word each: a capital letter is a fusion, a small one a model."""
    specs = {name: VoteSpec(members=tuple(map(_member, named))) for name, named in members.items()}
    return Panels(specs, dict.fromkeys("ab"))


def _member(name: str) -> MemberSpec:
    return MemberSpec(model=f"fusion/{name}" if name.isupper() else name)


def problems(**members: str) -> dict[str, str]:
    return {str(problem.path[1]): problem.text for problem in panels(**members).problems()}


def test_a_fusion_of_fusions_is_as_deep_as_it_gets() -> None:
    assert problems(A="ab", B="Aa", C="BA") == {"C": "it is 3 fusions deep, 2 are the most"}


@pytest.mark.parametrize(("quorum", "complaints"), [(3, []), (0.9, []), ("all", []), (4, ["collect.quorum"])])
def test_a_quorum_is_no_larger_than_its_panel(quorum: Quorum, complaints: list[str]) -> None:
    members = MemberSpec(model="a", samples=2), MemberSpec(model="b")
    spec = VoteSpec(members=members, collect=CollectSpec(quorum=quorum))
    found = list(Panels({"A": spec}, dict.fromkeys("ab")).problems())
    assert [spell(problem.path) for problem in found] == [f"fusions.A.{key}" for key in complaints]


@pytest.mark.parametrize("order", ["ABC", "CAB"])
def test_whoever_leads_back_to_itself_asks_itself_and_those_below_do_not(order: str) -> None:
    members = {"A": "Ba", "B": "AC", "C": "ab"}
    assert problems(**{name: members[name] for name in order}) == dict.fromkeys("AB", "it asks itself")


def test_many_fusions_that_ask_each_other_are_found_at_once() -> None:
    names = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    assert set(problems(**{name: names.replace(name, "") for name in names}).values()) == {"it asks itself"}


def test_those_that_are_asked_come_first() -> None:
    assert [name for name, _ in panels(B="Aa", A="ab").inside_out()] == ["fusion/A", "fusion/B"]
