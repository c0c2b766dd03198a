"""The sink looks up what it needs, and no more."""

from support.episodes import EpisodeBuilder, spec

from wardian.episodes.record import Episode, EpisodeSpec
from wardian.reports.failures.collection import FailureSink, collect_failures
from wardian.reports.failures.references import References
from wardian.scoring.finished import Finished
from wardian.scoring.score import Scored
from wardian.scoring.trajectory import TrajectoryScorer


class Noted(References):
    """Has no reference, and knows for which tasks it was asked."""

    def __init__(self) -> None:
        super().__init__({}, ())
        self.asked: list[str] = []

    async def record(self, spec: EpisodeSpec) -> Episode | None:
        self.asked.append(spec.task.id)
        return await super().record(spec)


async def scored(episode: Episode) -> Scored:
    return Scored(episode=episode, scores=tuple(await TrajectoryScorer().score(episode)))


async def test_only_what_failed_or_made_something_up_needs_the_reference() -> None:
    good = EpisodeBuilder(spec(task="good")).call("get").done()
    bad = EpisodeBuilder(spec(task="bad")).call("get").done(False)
    lucky = EpisodeBuilder(spec(task="lucky")).call("get", {"order_id": "W1"}).done()
    references = Noted()
    sink = FailureSink(references, lambda _: (_ for _ in ()).throw(AssertionError("all records are at hand")))
    for episode in (good, bad, lucky):
        await sink.write(Finished.of(await scored(episode)))
    assert references.asked == ["bad", "lucky"]
    assert (sink.failures.episodes, sink.failures.failed, sink.failures.without_reference) == (3, 1, ("shop",))


async def test_a_record_that_is_not_at_hand_is_loaded() -> None:
    record = await scored(EpisodeBuilder().call("fly", error="unknown_tool").done(False))
    finished = Finished(Finished.of(record).result)
    failures = await collect_failures([finished], FailureSink(Noted(), lambda _: record))
    assert [cluster.name for cluster in failures.clusters] == ["wrong_tool", "dead_end_no_recovery(unknown_tool)"]
