"""Who plays what, and whose result counts: without a worker, a network or time."""

from collections.abc import Iterator

import pytest
from support.specs import episode_spec, failed, scored

from wardian.base.errors import InfraError
from wardian.episodes.record import EpisodeSpec
from wardian.runs.growing import GrowingPlan
from wardian.runs.leases.coordinator import Coordinator
from wardian.runs.leases.lane import Lane
from wardian.runs.leases.orders import Report
from wardian.scoring.finished import Finished

SPECS = [episode_spec(seed=seed) for seed in range(40)]
KEYS = [spec.key for spec in SPECS]
SEEDS = {spec.key: spec.seed for spec in SPECS}


class Talk:
    """Both ends of what is said: the coordinator, and workers that answer what a test wants."""

    def __init__(self, planned: int, *, epoch: int = 1, finished: frozenset[str] = frozenset()) -> None:
        self.pulled = 0
        self.coordinator = Coordinator(self._specs(planned), epoch, finished, planned)
        self._numbers: dict[str, int] = {}

    def over(self) -> bool:
        return self.coordinator.over

    def joined(self, worker: str, concurrency: int = 4, *, awaited: int = 1) -> Lane:
        return self.coordinator.join(worker, concurrency, awaited=awaited)

    def found(self, worker: str, concurrency: int = 4) -> Lane:
        return self.coordinator.join(worker, concurrency, adopted=True)

    def given(self, lane: Lane) -> list[int]:
        """The episodes of the next order, by their seeds."""
        return [lease.spec.seed for lease in self.coordinator.order(lane).leases]

    def says(
        self,
        lane: Lane,
        *ended: int,
        playing: tuple[int, ...] | None = None,
        again: bool = False,
        advanced: tuple[int, ...] = (),
    ) -> list[int]:
        """The worker's answer; what of it counts is kept at once."""
        counted = self.hears(lane, *ended, playing=playing, again=again, advanced=advanced)
        for finished in counted:
            self.coordinator.took(lane, finished)
        return [finished.result.seed for finished in counted]

    def hears(
        self,
        lane: Lane,
        *ended: int,
        playing: tuple[int, ...] | None = None,
        again: bool = False,
        advanced: tuple[int, ...] = (),
    ) -> list[Finished]:
        """The worker's answer, as long as nothing was kept of it."""
        number = self._numbers[lane.worker] = self._numbers.get(lane.worker, 0) + 1
        results = tuple(Finished.of((failed if again else scored)(SPECS[seed])) for seed in ended)
        keys = None if playing is None else tuple(KEYS[seed] for seed in playing)
        further = tuple(KEYS[seed] for seed in advanced)
        return self.coordinator.hear(lane, Report(number=number, finished=results, playing=keys, advanced=further))

    def forgets(self, lane: Lane) -> list[int]:
        """What the worker need not speak of again, says the next order."""
        return [SEEDS[key] for key in self.coordinator.order(lane).forget]

    def _specs(self, planned: int) -> Iterator[EpisodeSpec]:
        for spec in SPECS[:planned]:
            self.pulled += 1
            yield spec


def test_each_episode_is_handed_out_once_and_ends_the_run() -> None:
    talk = Talk(5)
    one, two = talk.joined("one", 2), talk.joined("two", 2)
    assert talk.given(one) == [0, 1]
    assert talk.given(two) == [2, 3]
    assert talk.says(one, 1) == [1]
    assert talk.given(one) == [4]
    assert talk.says(one, 0, 4) == [0, 4]
    assert not talk.over()
    assert talk.says(two, 2, 3) == [2, 3]
    assert talk.over()
    assert talk.coordinator.order(one).last


def test_no_more_is_pulled_than_somebody_can_play() -> None:
    talk = Talk(40)
    talk.given(talk.joined("one", 3))
    assert talk.pulled == 3


def test_as_long_as_others_are_awaited_each_takes_an_even_share() -> None:
    talk = Talk(12)
    one = talk.joined("one", 256, awaited=3)
    assert len(talk.given(one)) == 4
    talk.says(one)
    assert talk.given(one) == []
    talk.says(one)
    talk.coordinator.widen()
    assert len(talk.given(one)) == 8


def test_an_order_without_an_answer_is_said_again_word_for_word() -> None:
    talk = Talk(4)
    lane = talk.joined("one", 2)
    order = talk.coordinator.order(lane)
    assert talk.coordinator.order(lane) is order
    talk.says(lane, 0)
    following = talk.coordinator.order(lane)
    assert following.number == order.number + 1
    assert following.heard == 1
    assert talk.coordinator.order(lane) is following


def test_a_result_counts_once_however_often_it_is_reported() -> None:
    talk = Talk(2)
    lane = talk.joined("one")
    talk.given(lane)
    assert talk.says(lane, 0) == [0]
    assert talk.says(lane, 0) == [], "said again before it heard that this was taken"
    assert talk.forgets(lane) == [0]
    assert talk.says(lane, 1) == [1]
    assert talk.forgets(lane) == [1]


def test_a_result_that_was_not_kept_is_not_confirmed() -> None:
    """The coordinator dies before the journal has it: the worker still says it."""
    talk = Talk(2)
    lane = talk.joined("one")
    talk.given(lane)
    assert [finished.result.seed for finished in talk.hears(lane, 0)] == [0]
    assert talk.forgets(lane) == []


def test_only_what_need_not_be_played_again_is_settled() -> None:
    talk = Talk(2)
    lane = talk.joined("one")
    talk.given(lane)
    talk.says(lane, 0, again=True)
    talk.says(lane, 1)
    order = talk.coordinator.order(lane)
    assert order.forget == (KEYS[0], KEYS[1])
    assert order.settled == (KEYS[1],)


def test_others_play_what_a_lost_worker_had() -> None:
    talk = Talk(4)
    one, two = talk.joined("one", 2), talk.joined("two", 2)
    talk.given(one)
    talk.given(two)
    talk.says(two, 2, 3)
    assert talk.coordinator.lost(one) == []
    assert not talk.over()
    order = talk.coordinator.order(two)
    assert {(lease.spec.seed, lease.number) for lease in order.leases} == {(0, 2)}, "suspects one by one"
    assert order.again
    talk.says(two, 0)
    assert [lease.number for lease in talk.coordinator.order(two).leases] == [2]
    talk.says(two, 1)
    assert talk.over()


def test_what_is_not_its_own_any_more_counts_for_nobody() -> None:
    talk = Talk(1)
    one, two = talk.joined("one"), talk.joined("two")
    talk.given(one)
    talk.given(two)
    talk.coordinator.lost(one)
    talk.says(two)
    assert talk.given(two) == [0]
    assert talk.says(one, 0) == []
    assert talk.says(two, 0) == [0]


def test_the_store_is_read_once_more_after_a_loss_not_with_every_order() -> None:
    talk = Talk(12)
    one, two = talk.joined("one", 8), talk.joined("two", 8)
    talk.given(one)
    talk.given(two)
    talk.says(two, *range(8, 12))
    talk.coordinator.lost(one)
    looks = []
    for seed in range(8):
        looks.append(talk.coordinator.order(two).again)
        talk.says(two, seed)
    assert looks == [True, *[False] * 7]


def test_what_a_found_worker_plays_stays_its_own() -> None:
    talk = Talk(6, epoch=2)
    old = talk.found("old")
    new = talk.joined("new", 8)
    assert talk.given(new) == [], "nobody knows what is left"
    assert talk.given(old) == []
    talk.says(new)
    assert not talk.over()
    talk.says(old, 1, playing=(0, 3))
    assert talk.given(new) == [2, 4, 5]
    talk.says(new, 2, 4, 5)
    assert talk.says(old, 0, 3) == [0, 3]
    assert talk.over()


def test_nobody_gets_what_a_found_worker_plays_also_when_shares_are_reckoned_before_it_speaks() -> None:
    talk = Talk(6, epoch=2)
    old = talk.found("old")
    new = talk.joined("new", 8, awaited=2)
    talk.says(old, playing=(0, 1, 2))
    talk.coordinator.widen()
    assert talk.given(new) == [3, 4, 5]


def test_what_reached_the_journal_and_was_not_confirmed_does_not_count_again() -> None:
    talk = Talk(2, epoch=2, finished=frozenset(KEYS[:1]))
    old = talk.found("old")
    assert talk.says(old, 0, playing=(1,)) == []
    order = talk.coordinator.order(old)
    assert order.forget == (KEYS[0],)
    assert order.settled == (KEYS[0],), "nothing is needed any more to play it on"


def test_what_somebody_else_holds_is_broken_off() -> None:
    talk = Talk(4, epoch=2)
    one, two, three = talk.found("one"), talk.found("two"), talk.found("three")
    assert talk.says(one, playing=(0, 1)) == []
    assert talk.says(two, 1, playing=(0, 2)) == [], "the first one who says so has it"
    assert sorted(talk.forgets(two)) == [0, 1]
    assert talk.says(one, 1, playing=None) == [1]
    assert talk.says(three, 1, playing=(2,)) == [], "it has its result"
    assert sorted(talk.forgets(three)) == [1, 2]


def test_a_found_worker_that_is_lost_leaves_its_episodes_to_the_plan() -> None:
    talk = Talk(4, epoch=2)
    silent, old = talk.found("silent"), talk.found("old")
    talk.says(old, playing=(2,))
    assert talk.given(old) == []
    talk.coordinator.lost(silent)
    talk.says(old)
    order = talk.coordinator.order(old)
    assert [lease.spec.seed for lease in order.leases] == [0, 1, 3]


@pytest.mark.parametrize("said", [None, (0,)])
def test_after_a_found_worker_was_lost_everybody_looks_again(said: tuple[int, ...] | None) -> None:
    """Nobody knows which episodes of the plan it has played on."""
    talk = Talk(4, epoch=2)
    lost, new = talk.found("lost", 1), talk.joined("new", 1)
    if said is not None:
        talk.says(lost, playing=said)
    talk.coordinator.lost(lost)
    order = talk.coordinator.order(new)
    assert [(lease.spec.seed, lease.number) for lease in order.leases] == [(0, 1)]
    assert order.again
    talk.says(new, 0)
    assert not talk.coordinator.order(new).again


def test_a_found_worker_looks_again_before_it_plays_more() -> None:
    """Others may have died while nobody coordinated: it has not heard of what they left."""
    talk = Talk(4, epoch=2)
    old = talk.found("old", 2)
    new = talk.joined("new", 1)
    talk.says(old, playing=())
    assert talk.coordinator.order(old).again
    assert not talk.coordinator.order(new).again, "it has just begun"


def test_an_early_result_is_not_played_when_the_plan_gets_there() -> None:
    talk = Talk(3, epoch=2)
    old = talk.found("old", 1)
    assert talk.says(old, 2, playing=()) == [2]
    assert talk.given(old) == [0]
    talk.says(old, 0)
    assert talk.given(old) == [1]
    talk.says(old, 1)
    assert talk.over()
    assert talk.given(old) == []


def test_poison_is_handed_out_no_more() -> None:
    talk = Talk(1)
    for number in (1, 2, 3):
        lane = talk.joined(f"worker {number}")
        assert [lease.number for lease in talk.coordinator.order(lane).leases] == [number]
        poison = talk.coordinator.lost(lane)
    assert [spec.seed for spec in poison] == [0]
    assert talk.over()


def test_what_gets_further_than_its_last_worker_is_not_poison() -> None:
    talk = Talk(1)
    for number in range(1, 6):
        lane = talk.joined(f"worker {number}")
        assert [lease.number for lease in talk.coordinator.order(lane).leases] == [number]
        assert talk.says(lane, advanced=(0,) if number > 1 else ()) == []
        assert talk.coordinator.lost(lane) == []


def test_nobody_speaks_for_what_it_does_not_hold() -> None:
    talk = Talk(1)
    other = talk.joined("other")
    for number in (1, 2, 3):
        lane = talk.joined(f"worker {number}")
        talk.given(lane)
        talk.says(other, advanced=(0,))
        poison = talk.coordinator.lost(lane)
    assert [spec.seed for spec in poison] == [0]


def test_a_lost_machine_is_no_episodes_fault() -> None:
    talk = Talk(1)
    for number in range(1, 6):
        lane = talk.joined(f"worker {number}")
        assert [lease.number for lease in talk.coordinator.order(lane).leases] == [number]
        assert talk.coordinator.lost(lane, blame=False) == []


def test_a_coordinator_that_another_one_has_followed_gives_up() -> None:
    """It would hand out the rest to workers that do not listen, and wait for ever."""
    talk = Talk(1)
    lane = talk.joined("one")
    talk.given(lane)
    with pytest.raises(InfraError, match="another process"):
        talk.coordinator.hear(lane, Report(number=0))


def test_nothing_is_handed_out_while_others_may_still_hold_it() -> None:
    """Who is found plays on; who is out of reach has the time of its lease."""
    talk = Talk(5, epoch=2)
    talk.coordinator.withholds = True
    found, new = talk.found("old"), talk.joined("new")
    assert talk.given(found) == []
    talk.says(found, playing=(0, 1))
    assert talk.given(new) == talk.given(found) == []
    assert talk.says(found, 0) == [0]
    assert not talk.over()
    talk.says(new)
    talk.coordinator.withholds = False
    assert talk.given(new) == [2, 3, 4]


def test_a_plan_that_grows_is_not_over_in_a_lull() -> None:
    plan = GrowingPlan()
    coordinator = Coordinator(plan, 1)
    lane = coordinator.join("w", 4)
    plan.add(SPECS[:1])

    def said(number: int, *ended: int) -> list[int]:
        order = coordinator.order(lane)
        report = Report(number=number, finished=tuple(Finished.of(scored(SPECS[seed])) for seed in ended))
        for finished in coordinator.hear(lane, report):
            coordinator.took(lane, finished)
        return [lease.spec.seed for lease in order.leases]

    assert said(1) == [0]
    assert said(2, 0) == []
    assert not coordinator.over
    plan.add(SPECS[1:3])
    assert said(3) == [1, 2]
    plan.close()
    assert said(4, 1, 2) == []
    assert coordinator.over
