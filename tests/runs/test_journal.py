"""The journal survives what happens to files."""

import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from support.episodes import EpisodeBuilder
from support.episodes import spec as arm_spec
from support.specs import episode_spec, failed, scored

from wardian.base.errors import ConfigError, InfraError
from wardian.base.store import Durability, Place
from wardian.runs.folder import RunFolder
from wardian.runs.folder_store import FileLog, FolderStore
from wardian.runs.journal import Journal, encoded, load_record, read_journal
from wardian.runs.records import Records
from wardian.scoring.finished import Finished
from wardian.scoring.score import Score, Scored


def entry(seed: int) -> Finished:
    return Finished.of(scored(episode_spec(seed=seed)))


async def written(folder: Path, *seeds: int) -> None:
    """By one process that plays the run."""
    await record(RunFolder(folder), *(scored(episode_spec(seed=seed)) for seed in seeds))


async def record(folder: RunFolder, *results: Scored) -> None:
    journal = Journal(folder.store)
    for each in results:
        await journal.write(Finished.of(each))
    await journal.close()


def records(folder: Path) -> list[Scored]:
    store = FolderStore(folder)
    return [load_record(store, finished) for finished in read_journal(store)]


def seeds(folder: Path) -> list[int]:
    return [finished.result.seed for finished in read_journal(FolderStore(folder))]


def file(folder: Path, kind: str = "manifest") -> Path:
    """The only log of a kind."""
    (log,) = (folder / kind).iterdir()
    return log


async def test_what_is_written_is_read(tmp_path: Path) -> None:
    await written(tmp_path, 0, 1, 2)
    assert records(tmp_path) == [scored(episode_spec(seed=seed)) for seed in range(3)]


async def test_its_numbers_are_read_without_the_records(tmp_path: Path) -> None:
    await written(tmp_path, 0)
    file(tmp_path, "results").unlink()
    (finished,) = read_journal(FolderStore(tmp_path))
    assert (finished.result, finished.record, finished.lease) == (entry(0).result, None, 1)


def full() -> Finished:
    """Every field of the result says something."""
    built = EpisodeBuilder(arm_spec("a", seed=7, repeat=2), price=0.25, simulated=True).call("look").broken("provider")
    episode = built.model_copy(update={"started_at": 1e9 + 0.125, "wall_s": 2.5, "attempt": 3})
    return Finished.of(Scored(episode=episode))


def half() -> Finished:
    """It has values, and no price."""
    scores = (Score(metric="success", value=0.1 + 0.2), Score(metric="turns", value=None))
    return Finished.of(Scored(episode=EpisodeBuilder(price=None).say("Bye.").done(), scores=scores))


@pytest.mark.parametrize("finished", [full(), half(), entry(0)], ids=["full", "half", "plain"])
async def test_a_result_comes_back_from_its_line_as_it_was(tmp_path: Path, finished: Finished) -> None:
    placed = Finished(finished.result, Place("results/000007.log", 12, 34), lease=5)
    journal = Journal(FolderStore(tmp_path))
    await journal.write(placed)
    await journal.close()
    assert list(read_journal(FolderStore(tmp_path))) == [placed]


def test_a_line_holds_no_conversation() -> None:
    assert b"Bye." not in encoded(half())
    assert b"record" not in encoded(half())
    assert len(encoded(entry(0))) < 400


async def test_a_record_that_somebody_else_has_kept_is_not_kept_again(tmp_path: Path) -> None:
    """A worker's: the journal takes the line only."""
    store = FolderStore(tmp_path)
    worker, journal = Records(store), Journal(store)
    for seed in range(3):
        await journal.write(await worker.keep(scored(episode_spec(seed=seed))))
    await worker.close()
    await journal.close()
    assert len(list((tmp_path / "results").iterdir())) == 1
    assert records(tmp_path) == [scored(episode_spec(seed=seed)) for seed in range(3)]


async def test_a_record_that_the_manifest_does_not_name_is_none(tmp_path: Path) -> None:
    worker = Records(FolderStore(tmp_path))
    await worker.keep(scored(episode_spec()))
    await worker.close()
    assert records(tmp_path) == []


def test_no_journal_is_an_empty_one(tmp_path: Path) -> None:
    assert list(read_journal(FolderStore(tmp_path / "none"))) == []


@pytest.mark.parametrize("cut", [1, 7, 9, 100])
async def test_a_torn_tail_costs_the_last_entry_only(tmp_path: Path, cut: int) -> None:
    await written(tmp_path, 0, 1, 2)
    torn = file(tmp_path)
    torn.write_bytes(torn.read_bytes()[:-cut])
    assert seeds(tmp_path) == [0, 1]
    await written(tmp_path, 3)
    assert seeds(tmp_path) == [0, 1, 3]
    assert records(tmp_path)[-1] == scored(episode_spec(seed=3))


async def test_a_flipped_bit_is_no_torn_tail(tmp_path: Path) -> None:
    """What stands behind it was paid for: nobody may go on as if it were not there."""
    await written(tmp_path, 0, 1, 2)
    path = file(tmp_path)
    _, (second, _), _ = FolderStore(tmp_path).entries(str(path.relative_to(tmp_path)))
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(bytes(data))
    assert seeds(tmp_path) == [0]
    why = rf"{path.name}: damaged at byte {second.offset}, with more behind it; restore the file from a copy"
    with pytest.raises(ConfigError, match=why):
        Journal(FolderStore(tmp_path))
    assert path.read_bytes() == bytes(data)


async def test_damage_of_an_older_part_is_found_too(tmp_path: Path) -> None:
    for part in range(3):
        await written(tmp_path, part, part + 10)
    first = tmp_path / FolderStore(tmp_path).logs("manifest")[0]
    first.write_bytes(b"\1\0\0\0" + first.read_bytes()[4:])
    with pytest.raises(ConfigError, match=f"{first.name}: damaged at byte 0"):
        Journal(FolderStore(tmp_path))


@pytest.mark.parametrize("gone", [True, False])
async def test_a_damaged_record_is_one_line(tmp_path: Path, gone: bool) -> None:
    """The numbers stand in the manifest all the same."""
    await written(tmp_path, 0, 1)
    path = file(tmp_path, "results")
    data = bytearray(path.read_bytes())
    data[len(data) - 9] ^= 1
    path.write_bytes(bytes(data))
    if gone:
        path.unlink()
    assert seeds(tmp_path) == [0, 1]
    store = FolderStore(tmp_path)
    *_, finished = read_journal(store)
    key = episode_spec(seed=1).key
    with pytest.raises(ConfigError) as error:
        load_record(store, finished)
    where = f"(results/{path.name}, byte {len(data) // 2})"
    assert str(error.value) == f"{tmp_path}: the record of episode {key} is damaged {where}"


@pytest.mark.parametrize("kind", ["manifest", "results"])
async def test_what_another_version_wrote_is_not_guessed_at(tmp_path: Path, kind: str) -> None:
    store = FolderStore(tmp_path)
    await written(tmp_path, 0)
    file(tmp_path, kind).unlink()
    log = store.create_log(kind)
    (place,) = await log.append([b'{"new": 1}'])
    await log.close()
    with pytest.raises(ConfigError, match="holds results that this version of Wardian cannot read"):
        [load_record(store, Finished(finished.result, place)) for finished in read_journal(store)]


async def test_two_who_play_are_refused(tmp_path: Path) -> None:
    first, second = FolderStore(tmp_path), FolderStore(tmp_path)
    first.hold()
    with pytest.raises(ConfigError, match="another process is playing this run"):
        second.hold()
    first.release()
    second.hold()
    second.release()


async def test_missing_episodes_run_again_and_the_newest_counts(tmp_path: Path) -> None:
    folder = RunFolder(tmp_path)
    one, two, three, four = (episode_spec(seed=seed) for seed in range(4))
    await record(folder, scored(one, 0.0), failed(two), failed(three), scored(three), failed(two, "agent"))
    await record(folder, failed(four, "provider"))
    assert [finished.result.episode for finished in folder.finished()] == [one.key, three.key, two.key]
    assert list(folder.records()) == [scored(one, 0.0), scored(three), failed(two, "agent")]
    assert [finished.result.episode for finished in folder.latest()] == [one.key, three.key, two.key, four.key]


async def test_a_result_of_a_later_part_takes_the_place_of_an_earlier_one(tmp_path: Path) -> None:
    folder = RunFolder(tmp_path)
    for _ in range(3):
        await record(folder, failed(episode_spec()))
    await record(folder, scored(episode_spec(), 0.5))
    assert list(folder.records()) == [scored(episode_spec(), 0.5)]
    assert len(list(folder.latest())) == 1


async def test_an_infra_failure_is_not_finished(tmp_path: Path) -> None:
    folder = RunFolder(tmp_path)
    await record(folder, scored(episode_spec()), failed(episode_spec(seed=1), "provider"))
    assert [finished.result.episode for finished in folder.finished()] == [episode_spec().key]


@contextmanager
def full_disk(log: Path, room: int) -> Iterator[None]:
    """The limit on a file's size stands for the disk: so many more bytes fit into `log`, then nothing."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (log.stat().st_size + room, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize("played_here", [True, False])
async def test_a_full_disk_is_one_line_and_costs_one_result(tmp_path: Path, played_here: bool) -> None:
    """Half a frame fits, of the record or, when a worker has kept that, of the line."""
    store = FolderStore(tmp_path)
    worker, journal = Records(None if played_here else store), Journal(store)
    first, second, third = [await worker.keep(scored(episode_spec(seed=seed))) for seed in range(3)]
    await journal.write(first)
    await journal.write(second)
    line = rf"^{tmp_path}: the journal cannot be written: File too large$"
    with full_disk(file(tmp_path, "results" if played_here else "manifest"), room=100):
        for _ in range(2):
            with pytest.raises(InfraError, match=line):
                await journal.write(third)
    assert seeds(tmp_path) == [0, 1]
    await journal.write(third)
    await journal.close()
    await worker.close()
    assert records(tmp_path) == [scored(episode_spec(seed=seed)) for seed in range(3)]


@pytest.mark.parametrize("durability", ["process", "machine"])
async def test_lines_and_records_are_as_durable_as_the_job_says(tmp_path: Path, durability: Durability) -> None:
    asked: list[tuple[str, Durability]] = []

    class Noting(FolderStore):
        def create_log(self, kind: str, durability: Durability = "process") -> FileLog:
            asked.append((kind, durability))
            return super().create_log(kind, durability)

    journal = Journal(Noting(tmp_path), durability)
    await journal.write(entry(0))
    await journal.close()
    assert asked == [("results", durability), ("manifest", durability)]


@pytest.mark.parametrize(("results", "answers", "there"), [((), False, False), ((0,), False, True), ((), True, True)])
async def test_a_run_that_could_not_begin_leaves_nothing(
    tmp_path: Path, results: tuple[int, ...], answers: bool, there: bool
) -> None:
    folder = RunFolder(tmp_path / "run")
    folder.logs.mkdir(parents=True)
    await written(folder.path, *results)
    if answers:
        await folder.store.create_log("calls").close()
    folder.discard_if_unplayed()
    assert folder.path.exists() is there


def test_every_part_of_a_run_has_a_higher_epoch(tmp_path: Path) -> None:
    assert [RunFolder(tmp_path).begin_epoch() for _ in range(3)] == [1, 2, 3]
