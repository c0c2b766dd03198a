from collections import Counter

from wardian.base.bundle import Bundle
from wardian.optimization.evidence.evidence import Evidence
from wardian.optimization.proposals.edit import AddRule, Candidate, Edit
from wardian.optimization.search.aim import component_for
from wardian.optimization.search.pareto import AsyncParetoSearch
from wardian.optimization.search.single_pass import SinglePass
from wardian.optimization.search.strategy import Raced, SearchState

CHAMPION = Bundle(agent="a", texts={"system": "Help."})
LOOKUP = Evidence(detector="wrong_args", tool="find", about="id", failed=5)
STUCK = Evidence(detector="dead_end_no_recovery", tool="find", failed=3)


def state(generation: int = 1, asked: int = 0, champion: Bundle = CHAMPION) -> SearchState:
    return SearchState(
        champion=champion, components=("system",), evidence=(LOOKUP, STUCK), generation=generation, asked=asked
    )


def raced(text: str, values: dict[int, float], champion: float = 0.0, cluster: Evidence = LOOKUP) -> Raced:
    edit = Edit(component="system", changes=(AddRule(text=text),), cluster=cluster.name)
    candidate = Candidate(bundle=CHAMPION.edited("system", text), parent=CHAMPION.sha, edit=edit)
    deltas = {number: value - champion for number, value in values.items()}
    return Raced(candidate=candidate, generation=1, values=values, deltas=deltas)


def test_the_first_edits_are_of_the_champion_and_clusters_have_turns() -> None:
    asked = AsyncParetoSearch(1).ask(state(), 4)
    assert {each.parent.sha for each in asked} == {CHAMPION.sha}
    assert [each.evidence for each in asked] == [LOOKUP, STUCK, LOOKUP, STUCK]
    assert [each.number for each in asked] == [0, 1, 2, 3]


def test_a_version_that_is_best_somewhere_is_built_upon_though_it_loses_in_the_mean() -> None:
    search = AsyncParetoSearch(1)
    search.ask(state(), 2)
    narrow = raced("narrow", {0: 1.0, 1: 0.0, 2: 0.0}, champion=0.5)
    useless = raced("useless", {0: 0.0, 1: 0.0, 2: 0.0}, champion=0.5)
    search.tell([narrow, useless])
    parents = Counter(each.parent.texts["system"] for each in search.ask(state(2, 2), 64))
    assert parents["Help."] > 32
    assert parents["narrow"] > 0
    assert parents["useless"] == 0


def test_the_same_question_has_the_same_answer_however_often_it_is_asked() -> None:
    search = AsyncParetoSearch(1)
    search.ask(state(), 2)
    search.tell([raced("one", {0: 1.0}), raced("two", {1: 1.0})])
    assert search.ask(state(2, 2), 8) == search.ask(state(2, 2), 8)


def test_versions_against_another_champion_are_no_parents() -> None:
    search = AsyncParetoSearch(1)
    search.ask(state(), 2)
    search.tell([raced("old", {0: 1.0})])
    new = CHAMPION.edited("system", "New.")
    assert {each.parent.sha for each in search.ask(state(2, 2, new), 8)} == {new.sha}


def test_edits_that_did_not_help_are_told_to_who_proposes_the_next_ones() -> None:
    search = AsyncParetoSearch(1)
    search.ask(state(), 2)
    search.tell([raced("in vain", {0: 0.0}), raced("other", {0: 0.0}, cluster=STUCK), raced("good", {0: 1.0})])
    first = search.ask(state(2, 2), 1)[0]
    assert first.failed == ("system add: in vain",)


def test_of_a_version_that_came_to_a_gate_the_gate_alone_says_whether_it_helped() -> None:
    search = AsyncParetoSearch(1)
    search.ask(state(), 2)
    finalist = raced("in its gate", {0: 1.0}).model_copy(update={"finalist": True})
    search.tell([finalist])
    assert search.ask(state(2, 1), 1)[0].failed == ()
    lost = state(2, 1).model_copy(update={"lost": frozenset({finalist.candidate.bundle.sha})})
    assert search.ask(lost, 1)[0].failed == ("system add: in its gate",)


def test_a_single_pass_asks_once_for_each_champion() -> None:
    search = SinglePass()
    assert len(search.ask(state(), 8)) == 2
    assert len(search.ask(state(), 8)) == 2, "asking alone changes nothing"
    search.tell([])
    assert search.ask(state(2, 2), 8) == ()
    assert len(search.ask(state(2, 2, CHAMPION.edited("system", "New.")), 8)) == 2


def test_what_is_closest_to_a_mistake_is_edited_first() -> None:
    components = ("system", "tool:find.description", "recovery", "tool:find.arg:id")
    turns = [component_for(LOOKUP, components, turn) for turn in range(4)]
    assert turns == ["tool:find.arg:id", "tool:find.description", "system", "recovery"]
    assert component_for(STUCK, components, 0) == "recovery"
    assert component_for(STUCK, ("system",), 5) == "system"
