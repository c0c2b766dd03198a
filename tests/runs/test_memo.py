"""Answers that are paid for once, whatever becomes of the process."""

import asyncio
from pathlib import Path

from wardian.base.completion import Completion
from wardian.base.errors import ModelError
from wardian.base.messages import Message
from wardian.models.recorded import Answered, Failed
from wardian.runs.folder_store import FolderStore
from wardian.runs.memo import RunMemo


def said(text: str) -> Answered:
    return Answered(
        completion=Completion(message=Message(role="assistant", content=text), finish="stop", model="m", cost_usd=0.5)
    )


def test_an_answer_is_there_for_the_next_process(tmp_path: Path) -> None:
    async def first() -> None:
        memo = RunMemo(FolderStore(tmp_path))
        assert await memo.get("a") is None
        await memo.put("a", said("one"))
        assert await memo.get("a") == said("one")

    async def second() -> None:
        memo = RunMemo(FolderStore(tmp_path))
        await memo.put("b", said("two"))
        await memo.close()
        memo = RunMemo(FolderStore(tmp_path))
        assert [await memo.get(key) for key in "abc"] == [said("one"), said("two"), None]

    asyncio.run(first())
    asyncio.run(second())


def test_so_is_a_failure(tmp_path: Path) -> None:
    async def both() -> None:
        lost = Failed.of(ModelError("server_error", "503", status=503))
        memo = RunMemo(FolderStore(tmp_path))
        await memo.put("a", lost)
        await memo.close()
        assert await RunMemo(FolderStore(tmp_path)).get("a") == lost

    asyncio.run(both())
