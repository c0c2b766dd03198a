"""A numeric world gives what it says, in whatever order it is asked."""

import pytest

from wardian.base.bundle import SYSTEM, Bundle
from wardian.optimization.ground import Ground
from wardian.optimization.selfcheck.luck import Luck
from wardian.optimization.selfcheck.traits import CHAMPION, rule
from wardian.optimization.selfcheck.world import AGENT, Storm, World
from wardian.scoring.result import Result

WORLD = World(seed=3)


def told(*traits: str) -> Bundle:
    rules = "".join(rule(trait, number) for number, trait in enumerate(traits))
    return CHAMPION.edited(SYSTEM, CHAMPION.texts[SYSTEM] + rules)


def played(world: World, bundle: Bundle, episodes: int = 4_000) -> list[Result]:
    places = world.places
    ground = Ground(seed=9, agent=AGENT, champion=CHAMPION, search=places, gate=places, reuse={})
    luck = Luck(world)
    draws = ((places[number % len(places)], number) for number in range(episodes))
    return [luck.result(ground.spec(bundle, bundle.sha, place, "gate/1", n), 0.0) for place, n in draws]


def mean(results: list[Result], metric: str) -> float:
    return sum(result.values[metric] for result in results) / len(results)


@pytest.mark.parametrize("trait", ["empty", "mends", "harms", "flatters"])
def test_episodes_succeed_as_often_as_the_world_says(trait: str) -> None:
    results = played(WORLD, told(trait))
    for metric in ("success", "judged"):
        assert mean(results, metric) == pytest.approx(WORLD.success(told(trait), WORLD.places, metric), abs=0.025)


def test_a_mended_defect_is_worth_18_points() -> None:
    assert WORLD.gain(CHAMPION, told("mends"), WORLD.places) == pytest.approx(0.18)


def test_the_same_rule_twice_changes_nothing() -> None:
    assert WORLD.gain(told("mends"), told("mends", "mends"), WORLD.places) == 0


def test_a_flatterer_wins_over_the_judge_and_loses_the_tasks() -> None:
    assert WORLD.gain(CHAMPION, told("flatters"), WORLD.places) < -0.08
    assert WORLD.gain(CHAMPION, told("flatters"), WORLD.places, "judged") > 0.1


def test_arms_share_a_part_of_their_luck() -> None:
    ours, theirs = played(WORLD, CHAMPION), played(WORLD, told("empty"))
    differ = [a.values["success"] != b.values["success"] for a, b in zip(ours, theirs, strict=True)]
    alone = sum(
        2 * WORLD.chances(CHAMPION, r.task).success * (1 - WORLD.chances(CHAMPION, r.task).success) for r in ours
    )
    assert 0.6 < sum(differ) / alone < 0.8


def test_a_storm_strikes_one_arm() -> None:
    stormy = WORLD.model_copy(update={"storm": Storm(share=0.2)})
    missing = [result.missing for result in played(stormy, told("empty"))]
    assert 0.17 < sum(each is not None for each in missing) / len(missing) < 0.23
    assert not any(result.missing for result in played(stormy, CHAMPION))


def test_a_storm_may_take_failures_alone() -> None:
    stormy = WORLD.model_copy(update={"storm": Storm(share=0.4, failing=True)})
    left = [result for result in played(stormy, told("empty")) if not result.missing]
    assert mean(left, "success") > WORLD.success(told("empty"), WORLD.places) + 0.05


def test_another_rule_costs_what_its_trait_says() -> None:
    assert mean(played(WORLD, told("dares")), "violations") == pytest.approx(0.19, abs=0.02)
    assert mean(played(WORLD, told("invents")), "ungrounded_args") == pytest.approx(0.19, abs=0.02)


def test_a_twin_has_luck_of_its_own() -> None:
    place, luck = WORLD.places[5], Luck(WORLD)
    ground = Ground(seed=9, agent=AGENT, champion=CHAMPION, search=(place,), gate=(place,), reuse={})
    pairs = [ground.pair(CHAMPION, CHAMPION, place, "search", number) for number in range(200)]
    differ = [luck.result(a, 0.0).values["success"] != luck.result(b, 0.0).values["success"] for a, b in pairs]
    assert sum(differ) > 30
