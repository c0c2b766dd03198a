"""The journal survives what happens to files."""

import fcntl
import resource
import threading
from pathlib import Path

import pytest
from support.specs import episode_spec, failed, scored

from wardian.base.errors import ConfigError, InfraError
from wardian.runs.folder import RunFolder
from wardian.runs.journal import Journal, is_written, read_journal


async def written(path: Path, count: int) -> None:
    journal = Journal(path)
    for seed in range(count):
        await journal.write(scored(episode_spec(seed=seed)))
    await journal.close()


async def test_what_is_written_is_read(tmp_path: Path) -> None:
    await written(tmp_path / "j", 3)
    assert list(read_journal(tmp_path / "j")) == [scored(episode_spec(seed=seed)) for seed in range(3)]


def test_no_journal_is_an_empty_one(tmp_path: Path) -> None:
    assert list(read_journal(tmp_path / "none")) == []


@pytest.mark.parametrize("cut", [1, 7, 9, 100])
async def test_a_torn_tail_costs_the_last_frame_only(tmp_path: Path, cut: int) -> None:
    path = tmp_path / "j"
    await written(path, 3)
    data = path.read_bytes()
    path.write_bytes(data[:-cut])
    assert len(list(read_journal(path))) == 2
    await written(path, 1)
    assert [entry.episode.spec.seed for entry in read_journal(path)] == [0, 1, 0]


async def test_a_flipped_bit_is_no_torn_tail(tmp_path: Path) -> None:
    """What stands behind it was paid for: nobody may cut it off."""
    path = tmp_path / "j"
    await written(path, 3)
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(bytes(data))
    assert len(list(read_journal(path))) == 1
    with pytest.raises(ConfigError, match=r"damaged at byte \d+, with more behind it"):
        Journal(path)
    assert path.read_bytes() == bytes(data)


async def test_two_writers_are_refused(tmp_path: Path) -> None:
    first = Journal(tmp_path / "j")
    with pytest.raises(ConfigError, match="another process"):
        Journal(tmp_path / "j")
    await first.close()
    await Journal(tmp_path / "j").close()


async def test_missing_episodes_run_again_and_the_newest_counts(tmp_path: Path) -> None:
    folder = RunFolder(tmp_path)
    journal = Journal(folder.journal)
    one, two, three = (episode_spec(seed=seed) for seed in range(3))
    for entry in (scored(one, 0.0), failed(two), failed(three), scored(three), failed(two, "agent")):
        await journal.write(entry)
    await journal.close()
    assert folder.finished() == {one.key, two.key, three.key}
    assert list(folder.results()) == [scored(one, 0.0), scored(three), failed(two, "agent")]


async def test_an_infra_failure_is_not_finished(tmp_path: Path) -> None:
    folder = RunFolder(tmp_path)
    journal = Journal(folder.journal)
    for entry in (scored(episode_spec()), failed(episode_spec(seed=1), "provider")):
        await journal.write(entry)
    await journal.close()
    assert folder.finished() == {episode_spec().key}


async def test_a_full_disk_is_one_line_and_costs_one_result(tmp_path: Path) -> None:
    """The limit on a file's size stands for the disk: half a frame fits, then nothing."""
    path = tmp_path / "j"
    await written(path, 2)
    journal = Journal(path)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (path.stat().st_size + 100, hard))
    try:
        for reason in ("the disk is full", "File too large"):
            with pytest.raises(InfraError, match=reason):
                await journal.write(scored(episode_spec(seed=2)))
        await journal.close()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    await written(path, 1)
    assert [entry.episode.spec.seed for entry in read_journal(path)] == [0, 1, 0]


@pytest.mark.parametrize(("results", "there"), [(0, False), (1, True)])
async def test_a_run_that_could_not_begin_leaves_nothing(tmp_path: Path, results: int, there: bool) -> None:
    folder = RunFolder(tmp_path / "run")
    folder.logs.mkdir(parents=True)
    await written(folder.journal, results)
    folder.discard_if_unplayed()
    assert folder.path.exists() is there


def look_for(seconds: float, path: Path) -> None:
    """Hold the lock of somebody who only looks."""
    file = path.open("rb")
    fcntl.flock(file, fcntl.LOCK_SH)
    threading.Timer(seconds, file.close).start()


async def test_who_only_looks_keeps_nobody_from_writing(tmp_path: Path) -> None:
    path = tmp_path / "journal.wal"
    path.touch()
    look_for(0.03, path)
    journal = Journal(path)
    assert is_written(path)
    await journal.close()
    assert not is_written(path)
