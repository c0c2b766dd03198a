"""The logs of calls take no more room than episodes without a result need."""

from pathlib import Path

import pytest

from wardian.base.completion import Completion
from wardian.base.messages import Message
from wardian.base.store import Durability
from wardian.models.recorded import Answered
from wardian.runs.folder_store import FileLog, FolderStore
from wardian.runs.steps.archive import Archive
from wardian.runs.steps.journal import CallJournal
from wardian.runs.steps.step import RecordedStep, Step


def step(episode: str, turn: int = 1) -> RecordedStep:
    said = Completion(message=Message(role="assistant", content="x" * 300), finish="stop", model="m")
    return Step(episode, 1, f"t{turn}/agent", "m", "q"), Answered(completion=said)


def names(folder: Path) -> list[str]:
    return FolderStore(folder).logs("calls")


async def test_logs_of_settled_episodes_are_deleted(tmp_path: Path) -> None:
    journal = CallJournal(FolderStore(tmp_path), full=1_000)
    for number in range(100):
        await journal.write([step(f"e{number}")])
        if number != 50:
            journal.settled(f"e{number}")
    assert len(names(tmp_path)) == 2, "the one that is written to, and that with the open episode"
    assert len(await Archive(FolderStore(tmp_path)).steps("e50")) == 1
    journal.settled("e50")
    await journal.close()
    assert not names(tmp_path)


async def test_what_is_not_settled_is_left(tmp_path: Path) -> None:
    journal = CallJournal(FolderStore(tmp_path))
    await journal.write([step("one", 1), step("one", 2)])
    await journal.write([step("two")])
    journal.settled("two")
    await journal.close()
    archive = Archive(FolderStore(tmp_path))
    assert await archive.steps("one") == [step("one", 1), step("one", 2)]
    assert await archive.steps("one") == [], "given once"


async def test_each_process_writes_logs_of_its_own(tmp_path: Path) -> None:
    first, second = CallJournal(FolderStore(tmp_path)), CallJournal(FolderStore(tmp_path))
    await first.write([step("one", 1)])
    await second.write([step("one", 2)])
    assert [name[:13] for name in names(tmp_path)] == ["calls/000001-", "calls/000002-"]
    archive = Archive(FolderStore(tmp_path))
    assert await archive.steps("two") == []
    await second.write([step("two")])
    assert await archive.steps("two") == [], "it looks when it is told to"
    archive.look_again()
    assert len(await archive.steps("two")) == 1
    assert [each.path for each, _ in await archive.steps("one")] == ["t1/agent", "t2/agent"]
    await first.close()
    await second.close()


@pytest.mark.parametrize("durability", ["process", "machine"])
async def test_calls_are_as_durable_as_the_job_says(tmp_path: Path, durability: Durability) -> None:
    asked: list[tuple[str, Durability]] = []

    class Noting(FolderStore):
        def create_log(self, kind: str, durability: Durability = "process") -> FileLog:
            asked.append((kind, durability))
            return super().create_log(kind, durability)

    journal = CallJournal(Noting(tmp_path), durability)
    await journal.write([step("one")])
    await journal.close()
    assert asked == [("calls", durability)]


async def test_nobody_who_writes_nothing_leaves_a_log(tmp_path: Path) -> None:
    await CallJournal(FolderStore(tmp_path)).close()
    assert not names(tmp_path)
