"""New scores for old records: what the journal says of them, and which results count."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from support.episodes import EpisodeBuilder, spec

from wardian.base.errors import ConfigError
from wardian.base.store import Place
from wardian.episodes.record import AgentRef, EpisodeSpec
from wardian.runs.folder_store import FolderStore
from wardian.runs.journal import Journal, load_record, read_journal
from wardian.runs.rescoring import current, rescore
from wardian.scoring.finished import Finished
from wardian.scoring.score import Score, Scored


def played(of: EpisodeSpec, value: float = 1.0) -> Scored:
    return Scored(episode=EpisodeBuilder(of).say("Hi").done(), scores=(Score("success", value), Score("turns", 1.0)))


async def kept(store: FolderStore, episodes: Sequence[Scored]) -> None:
    journal = Journal(store)
    for each in episodes:
        await journal.write(Finished.of(each))
    await journal.close()


async def again(store: FolderStore, value: float, *, only: str = "") -> int:
    async def judge(episode: object) -> Scored:
        before = next(each for each in records if each.episode == episode)
        return played(before.episode.spec, value) if only in before.episode.spec.task.id else before

    records = [load_record(store, each) for each in read_journal(store)]
    journal = Journal(store)
    changed = await rescore(current(lambda: read_journal(store)), lambda each: load_record(store, each), judge, journal)
    await journal.close()
    return changed


async def test_new_scores_are_in_the_results_and_in_the_records(tmp_path: Path) -> None:
    store = FolderStore(tmp_path)
    await kept(store, [played(spec(task=f"t{number}")) for number in range(250)])
    assert await again(store, 0.0) == 250
    results = list(read_journal(store))
    assert [each.result.values["success"] for each in results] == [0.0] * 250
    assert [load_record(store, each).value("success") for each in results] == [0.0] * 250
    assert await again(store, 0.0) == 0
    assert len(store.logs("results")) == 1, "the records stand where they stood"


async def test_only_what_changes_is_written(tmp_path: Path) -> None:
    store = FolderStore(tmp_path)
    await kept(store, [played(spec(task=name)) for name in ("a", "b", "c")])
    assert await again(store, 0.0, only="b") == 1
    values = {each.result.task: (each.result.values["success"], each.verdict is None) for each in read_journal(store)}
    assert values == {"a": (1.0, True), "b": (0.0, False), "c": (1.0, True)}


async def test_new_scores_that_are_lost_are_told(tmp_path: Path) -> None:
    store = FolderStore(tmp_path)
    await kept(store, [played(spec())])
    await again(store, 0.0)
    (log,) = store.logs("verdicts")
    store.delete(log)
    (result,) = read_journal(store)
    with pytest.raises(ConfigError, match=r"the record of episode .* is damaged \(verdicts/"):
        load_record(store, result)


def test_what_a_pack_or_an_arm_was_before_does_not_count() -> None:
    old, new = spec(), spec()
    new = new.model_copy(update={"agent": AgentRef(name=old.agent.name, digest="other")})
    place = Place("results/1", 0, 9)
    results = [Finished(Finished.of(played(each)).result, place) for each in (old, spec("b"), new)]
    assert [each.result.arm_digest for each in current(lambda: results)] == ["b", "other"]


def test_what_left_no_record_cannot_be_scored() -> None:
    assert not list(current(lambda: [Finished(Finished.of(played(spec())).result)]))
