"""Who is handed which episodes, and when."""

from collections.abc import Iterator

from support.specs import episode_spec

from wardian.episodes.record import EpisodeSpec
from wardian.runs.leases.backlog import CROWD, STRIKES, Backlog


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


def test_who_dies_with_hundreds_of_episodes_says_little_about_each() -> None:
    """Some come back at a time, beside many that are above suspicion; the rest is not held up."""
    many = backlog(100)
    assert many.give_back(many.take(40)) == []
    given = many.take(32, concurrency=32)
    assert [spec.seed for spec in given][:5] == [0, 1, 2, 3, 40]
    assert [many.lease(spec) for spec in given][:5] == [2, 2, 2, 2, 1]
    assert seeds(many, 0) == []
    assert [spec.seed for spec in many.take(CROWD, given[:3], concurrency=32)] == [4, *range(68, 68 + CROWD - 1)]
    assert [spec.seed for spec in many.take(CROWD, given, concurrency=32)] == list(range(75, 75 + CROWD))


def test_only_the_worst_are_blamed_again() -> None:
    """A suspect dies with seven others three times: they are no more suspicious than before."""
    some = backlog(8)
    some.give_back(some.take(1))
    for _ in range(STRIKES - 2):
        assert some.give_back(some.take(8, concurrency=8)) == []
    assert [spec.seed for spec in some.give_back(some.take(8, concurrency=8))] == [0]
    assert seeds(some, 8) == [1, 2, 3, 4, 5, 6, 7]


def test_who_has_two_strikes_is_never_with_another_suspect() -> None:
    some = backlog(30)
    some.give_back(some.take(1))
    some.give_back(some.take(1))
    some.give_back(some.take(4, beside=[episode_spec()]))
    worst = some.take(8, concurrency=64)
    assert [spec.seed for spec in worst] == [0, *range(5, 12)]
    assert [spec.seed for spec in some.take(4, worst, concurrency=64)] == [12, 13, 14, 15]
    others = some.take(8, concurrency=64)
    assert [spec.seed for spec in others] == [1, 2, 3, 4, 16, 17, 18, 19]
    assert [spec.seed for spec in some.give_back(worst)] == [0]
    assert [spec.seed for spec in some.take(8, others, concurrency=64)] == [*range(5, 12), 20]


def test_a_lost_machine_is_nobodys_fault() -> None:
    short = backlog(2)
    for number in range(1, 2 * STRIKES):
        (spec,) = short.take(1)
        assert (spec.seed, short.lease(spec)) == (0, number)
        assert short.give_back([spec], blame=False) == []


def test_a_result_wipes_the_slate() -> None:
    short = backlog(1)
    for _ in range(STRIKES - 1):
        short.give_back(short.take(1))
    (spec,) = short.take(1)
    short.forget(spec)
    assert short.lease(spec) == 1
    assert short.empty
