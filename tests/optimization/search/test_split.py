from collections import Counter

import pytest

from wardian.base.bundle import Bundle
from wardian.episodes.record import AgentRef, EnvironmentRef, TaskRef
from wardian.optimization.ground import SEARCH, Ground, Place
from wardian.optimization.split import FEW, ground_of

SHOP = EnvironmentRef(name="shop", pack="shop", version="1", digest="d")
CHAMPION = Bundle(agent="support", texts={"system": "Help."})


def places(tasks: int, templates: int) -> list[Place]:
    return [
        Place(environment=SHOP, task=TaskRef(id=f"t{number}", template=f"k{number % templates}"))
        for number in range(tasks)
    ]


def ground(tasks: int, templates: int = 5, uses: dict[str, int] | None = None, seed: int = 7, of: str = "c1") -> Ground:
    return ground_of(seed, of, AgentRef(name="support", digest="a"), CHAMPION, places(tasks, templates), uses)


def templates(chosen: tuple[Place, ...]) -> Counter[str]:
    return Counter(place.task.template for place in chosen)


def test_no_task_is_both_searched_on_and_decided_on() -> None:
    divided = ground(60)
    assert not set(divided.search) & set(divided.gate)
    assert len(divided.search) + len(divided.gate) == 60
    assert len(divided.search) == pytest.approx(30, abs=12)


def test_both_halves_have_some_of_each_template() -> None:
    divided = ground(60)
    assert set(templates(divided.search)) == set(templates(divided.gate))


def test_a_task_stays_in_its_half_whatever_is_added_and_whatever_the_seed() -> None:
    before, after, other = ground(400), ground(401), ground(400, seed=8)
    assert set(before.search) <= set(after.search)
    assert set(before.gate) <= set(after.gate)
    assert (other.search, other.gate) == (before.search, before.gate)


def test_no_two_campaigns_of_a_job_draw_the_same_seeds() -> None:
    one, other = ground(60, of="c1"), ground(60, of="c2")
    places = one.gate[0]
    seeds = [
        {each.spec(CHAMPION, "a", places, f"gate/{gate}", number).seed for number in range(50) for gate in (1, 2)}
        for each in (one, other)
    ]
    assert not seeds[0] & seeds[1]
    assert [one.draw("gate/1", number) for number in range(9)] != [other.draw("gate/1", number) for number in range(9)]


def test_tasks_that_are_alone_in_their_template_are_divided_too() -> None:
    divided = ground(40, templates=40)
    assert min(len(divided.search), len(divided.gate)) > 8


def test_the_first_draws_of_a_search_have_all_templates() -> None:
    divided = ground(60)
    drawn = [divided.draw(SEARCH, number).task.template for number in range(5)]
    assert len(set(drawn)) == 5


def test_a_search_draws_every_task_before_one_comes_again() -> None:
    divided = ground(20)
    drawn = [divided.draw(SEARCH, number) for number in range(len(divided.search))]
    assert Counter(drawn) == Counter(dict.fromkeys(divided.search, 1))


def test_what_is_decided_on_is_drawn_with_replacement() -> None:
    divided = ground(20)
    drawn = Counter(divided.draw("gate/1", number).task.id for number in range(200))
    assert drawn.keys() == {place.task.id for place in divided.gate}
    assert len(set(drawn.values())) > 1
    assert [divided.draw("gate/1", number) for number in range(9)] != [
        divided.draw("gate/2", number) for number in range(9)
    ]


def test_seeds_of_two_namespaces_have_nothing_in_common() -> None:
    divided = ground(20)
    seeds = {
        name: {divided.spec(CHAMPION, "a", divided.gate[0], name, number).seed for number in range(50)}
        for name in ("search", "gate/1", "gate/2", "audit/1")
    }
    assert len(set[int]().union(*seeds.values())) == 200


def test_the_order_of_tasks_changes_nothing() -> None:
    agent = AgentRef(name="support", digest="a")
    one = ground_of(7, "c1", agent, CHAMPION, places(40, 5))
    other = ground_of(7, "c1", agent, CHAMPION, places(40, 5)[::-1])
    assert (one.search, one.gate) == (other.search, other.gate)


def test_few_tasks_are_in_both_halves_and_there_is_a_warning() -> None:
    divided = ground(FEW - 1)
    assert set(divided.search) == set(divided.gate)
    assert "too few" in divided.warnings[0]


def test_tasks_that_decided_before_are_a_warning() -> None:
    used = ground(60).gate[0].task.id
    searched = ground(60).search[0].task.id
    again = ground(60, uses={f"shop/{used}": 2, f"shop/{searched}": 5})
    assert again.warnings == (f"1 of {len(again.gate)} tasks of the gate decided before, up to 2 times",)
    assert ground(60).warnings == ()
