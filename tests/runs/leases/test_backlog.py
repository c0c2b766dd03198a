"""Who is handed which episodes, and which of them are to blame when workers are lost."""

from collections import Counter
from collections.abc import Iterator
from random import Random

import pytest
from support.specs import episode_spec

from wardian.episodes.record import EpisodeSpec
from wardian.runs.leases.backlog import CROWD, MOST_STRIKES, STRIKES, Backlog


def backlog(number: int) -> Backlog:
    return Backlog((episode_spec(seed=seed) for seed in range(number)), number)


def seeds(specs: list[EpisodeSpec]) -> list[int]:
    return [spec.seed for spec in specs]


def test_few_episodes_are_shared_evenly() -> None:
    few = backlog(20)
    assert few.share(3, 256) == 7
    assert seeds(few.take(7)) == list(range(7))
    assert few.share(2, 256) == 7
    assert few.share(1, 256) == 13


def test_many_episodes_fill_everybody() -> None:
    assert backlog(10_000).share(8, 256) == 256


def test_no_more_is_pulled_than_is_needed() -> None:
    pulled: list[int] = []

    def specs() -> Iterator[EpisodeSpec]:
        for seed in range(100):
            pulled.append(seed)
            yield episode_spec(seed=seed)

    lazy = Backlog(specs(), 100)
    lazy.take(3)
    assert len(pulled) == 3
    assert lazy.share(2, 60) == 49
    assert len(pulled) == 3, "to know how many are left, none has to be taken"


def test_what_a_lost_worker_played_goes_first_and_the_third_time_nowhere() -> None:
    short = backlog(4)
    for _ in range(STRIKES - 1):
        assert short.give_back(short.take(1)) == []
    assert seeds(short.give_back(short.take(1))) == [0]
    assert seeds(short.take(10)) == [1, 2, 3]


def test_only_who_has_most_strikes_gets_another_one() -> None:
    some = backlog(20)
    some.give_back(some.take(2))
    together = some.take(8, concurrency=8)
    assert seeds(together) == [0, *range(2, 9)], "of so few only one may be a suspect"
    some.give_back(together)
    alone = some.take(1)
    assert seeds(alone) == [0], "two strikes"
    assert seeds(some.give_back(alone)) == [0], "and three"
    assert sorted(seeds(some.take(20, concurrency=8))) == list(range(1, 20))


def test_suspects_are_spread_thin() -> None:
    many = backlog(1_000)
    many.give_back(many.take(256))
    taken = many.take(256, concurrency=256)
    assert sum(seed < 256 for seed in seeds(taken)) == 256 // CROWD
    assert min(seeds(many.take(100, taken, concurrency=256))) >= 256


def test_who_has_two_strikes_meets_no_other_suspect() -> None:
    many = backlog(1_000)
    many.give_back(many.take(256))
    many.give_back(many.take(256, concurrency=256))
    taken = many.take(256, concurrency=256)
    assert sum(seed < 256 for seed in seeds(taken)) == 1
    assert min(seeds(many.take(100, taken, concurrency=256))) >= 256


def test_who_has_a_result_is_no_suspect_any_more() -> None:
    some = backlog(1)
    for _ in range(STRIKES - 1):
        (spec,) = some.take(1)
        some.give_back([spec])
    some.take(1)
    some.forget(spec)
    assert some.lease(spec) == 1
    assert some.give_back([spec]) == []


def test_a_lost_machine_is_nobodys_fault() -> None:
    short = backlog(2)
    for number in range(1, 2 * STRIKES):
        (spec,) = short.take(1)
        assert (spec.seed, short.lease(spec)) == (0, number)
        assert short.give_back([spec], blame=False) == []


def test_who_gets_further_than_its_last_worker_is_no_suspect_any_more() -> None:
    some = backlog(1)
    for _ in range(MOST_STRIKES - 1):
        (spec,) = some.take(1)
        assert some.give_back([spec]) == []
        some.absolve(spec.key)
    assert seeds(some.give_back(some.take(1))) == [0], "but that cannot go on for ever"


class Cluster:
    """Workers that each play up to 256 episodes; some episodes kill whoever plays them."""

    def __init__(self, random: Random, episodes: int, poison: set[int], workers: int = 3) -> None:
        self.condemned: set[int] = set()
        self.finished: Counter[int] = Counter()
        self.lost = self.replayed = 0
        self._random = random
        self._poison = poison
        self._backlog = Backlog(episode_spec(seed=seed) for seed in random.sample(range(episodes), episodes))
        self._workers: list[list[EpisodeSpec]] = [[] for _ in range(workers)]

    def run(self) -> None:
        while any(self._workers) or not self._backlog.empty:
            for playing in self._workers:
                playing += self._backlog.take(256 - len(playing), playing, 256)
            playing = self._random.choice(self._workers)
            if any(spec.seed in self._poison for spec in playing) and self._random.random() < 0.5:
                self._dies(playing)
            else:
                self._some_end(playing)

    def _dies(self, playing: list[EpisodeSpec]) -> None:
        self.lost += 1
        self.replayed += len(playing)
        self.condemned |= {spec.seed for spec in self._backlog.give_back(playing)}
        playing.clear()

    def _some_end(self, playing: list[EpisodeSpec]) -> None:
        for spec in [spec for spec in playing if spec.seed not in self._poison and self._random.random() < 0.3]:
            self._backlog.forget(spec)
            self.finished[spec.seed] += 1
            playing.remove(spec)


@pytest.mark.parametrize("seed", range(5))
def test_of_many_together_only_the_poisonous_one_is_condemned(seed: int) -> None:
    cluster = Cluster(Random(seed), 1_000, {500})
    cluster.run()
    assert cluster.condemned == {500}
    assert cluster.finished == Counter(set(range(1_000)) - {500})
    assert cluster.lost == STRIKES
    assert cluster.replayed <= STRIKES * 256
