"""Where records go, and what becomes of a result whose record cannot be kept."""

import os
from pathlib import Path

from runs.test_journal import full_disk
from support.specs import episode_spec, scored

from wardian.base.store import Durability
from wardian.runs.folder_store import FolderStore
from wardian.runs.journal import load_record
from wardian.runs.records import Records
from wardian.scoring.finished import Finished
from wardian.scoring.result import Result
from wardian.scoring.score import Scored


def one(seed: int = 0) -> Scored:
    return scored(episode_spec(seed=seed))


async def kept(store: FolderStore, *results: Scored, durability: Durability = "process") -> list[Finished]:
    records = Records(store, durability)
    finished = [await records.keep(each) for each in results]
    await records.close()
    await records.close()
    return finished


async def test_a_kept_record_is_found_at_its_place_and_travels_no_further(tmp_path: Path) -> None:
    store = FolderStore(tmp_path)
    for finished, record in zip(await kept(store, one(0), one(1)), (one(0), one(1)), strict=True):
        assert finished.place is not None
        assert finished == Finished(Result.of(record), finished.place)
        assert load_record(store, finished) == record


async def test_each_process_keeps_a_log_of_its_own(tmp_path: Path) -> None:
    store = FolderStore(tmp_path)
    await kept(store, one(0))
    await kept(store, one(1), durability="machine")
    assert [log[:15] for log in store.logs("results")] == ["results/000001-", "results/000002-"]


async def test_without_a_store_the_record_travels_with_the_result() -> None:
    records = Records(None)
    finished = await records.keep(one())
    await records.close()
    assert (finished.place, finished.record) == (None, one())


async def test_who_keeps_nothing_leaves_nothing(tmp_path: Path) -> None:
    await kept(FolderStore(tmp_path))
    assert not os.listdir(tmp_path)


async def test_a_record_for_which_there_is_no_room_is_a_failure_that_pauses_the_run(tmp_path: Path) -> None:
    store = FolderStore(tmp_path)
    records = Records(store)
    await records.keep(one(0))
    (log,) = store.logs("results")
    with full_disk(tmp_path / log, room=100):
        finished = await records.keep(one(1))
    failure = finished.result.failure
    assert failure is not None
    assert (failure.kind, failure.cause, failure.lasting) == ("disk", "infra", True)
    assert failure.message == "the record of an episode cannot be written down: File too large"
    assert (finished.result.again, finished.result.episode, finished.place) == (True, one(1).episode.spec.key, None)
    again = await records.keep(one(1))
    await records.close()
    assert load_record(store, again) == one(1)
