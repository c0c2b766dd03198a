"""Who is handed which episodes, and when."""

from collections.abc import Iterator

from support.specs import episode_spec

from wardian.cluster.backlog import STRIKES, Backlog
from wardian.episodes.record import EpisodeSpec


def backlog(number: int) -> Backlog:
    return Backlog(episode_spec(seed=seed) for seed in range(number))


def seeds(backlog: Backlog, most: int) -> list[int]:
    return [spec.seed for spec in backlog.take(most)]


def test_few_episodes_are_shared_evenly() -> None:
    few = backlog(20)
    assert few.share(3, 256) == 7
    assert seeds(few, 7) == list(range(7))
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

    lazy = Backlog(specs())
    lazy.take(3)
    assert len(pulled) == 3
    lazy.share(2, 4)
    assert len(pulled) == 3 + 8


def test_what_a_lost_worker_played_goes_first_and_the_third_time_nowhere() -> None:
    short = backlog(4)
    for _ in range(STRIKES - 1):
        assert short.give_back(short.take(1)) == []
    assert [spec.seed for spec in short.give_back(short.take(1))] == [0]
    assert seeds(short, 10) == [1, 2, 3]
