"""A provider in a process of its own that never says the same thing twice, and writes down what it said to whom."""

import asyncio
import random
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import orjson

from wardian.base.frozen import Frozen
from wardian.episodes.record import Episode
from wardian.simulator.asgi import Receive, Scope, Send
from wardian.simulator.local import served

GOAL = re.compile(r"Count to (\d+)")
LATENCY_S = 0.03


class Spoken(Frozen):
    """One answer: to which task and turn, after which answers, and its own words."""

    goal: int
    before: tuple[str, ...]
    words: str


class Spoke:
    """What such a provider said so far."""

    def __init__(self, url: str, log: Path) -> None:
        self.url = url
        self._log = log

    def answers(self) -> list[Spoken]:
        """In the order in which they were given."""
        return [Spoken.model_validate_json(line) for line in self._log.read_bytes().splitlines()]

    def repeated(self) -> int:
        """How many of them were given to a step that had been answered before."""
        return sum(times - 1 for times in Counter((each.goal, len(each.before)) for each in self.answers()).values())

    def said(self, episode: Episode) -> bool:
        """Whether all that stands in the record was really said, each after the one before."""
        given = {(each.before, each.words) for each in self.answers()}
        words = tuple(event.completion.message.content for event in episode.asked)
        return all((words[:turn], word) in given for turn, word in enumerate(words))


@contextmanager
def speaking(folder: Path) -> Iterator[Spoke]:
    """Start it; it ends with the block."""
    log = folder / "spoken.jsonl"
    log.touch()
    with subprocess.Popen([sys.executable, __file__, str(log)], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield Spoke(f"{process.stdout.readline().strip()}/v1", log)
        finally:
            process.kill()


class _Provider:
    """Needs about five calls for each task."""

    def __init__(self, log: Path) -> None:
        self._log = open(log, "ab", buffering=0)  # noqa: SIM115  (as long as the process)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        event = await receive()
        if scope["method"] == "GET":
            await _send(send, {"data": []})
            return
        messages = orjson.loads(event["body"])["messages"]
        await asyncio.sleep(LATENCY_S)
        goal = int(next(found[1] for message in messages if (found := GOAL.search(message["content"] or ""))))
        before = tuple(message["content"] for message in messages if message["role"] == "assistant")
        spoken = Spoken(goal=goal, before=before, words=f"{random.getrandbits(64):x}")
        self._log.write(spoken.model_dump_json().encode() + b"\n")
        await _send(send, _answer(spoken, sum(_added(message) for message in messages)))


def _added(message: dict[str, Any]) -> int:
    return sum(int(orjson.loads(call["function"]["arguments"])["by"]) for call in message.get("tool_calls") or ())


def _answer(spoken: Spoken, added: int) -> dict[str, Any]:
    by = min(spoken.goal // 5 + random.randint(1, 3), 12)  # 13 breaks the pack
    function = {"name": "add", "arguments": orjson.dumps({"by": by}).decode()}
    call = {"id": f"c{spoken.words}", "type": "function", "function": function}
    message: dict[str, Any] = {"role": "assistant", "content": spoken.words}
    if added < spoken.goal:
        message["tool_calls"] = [call]
    return {"choices": [{"message": message}], "usage": {"prompt_tokens": 10, "completion_tokens": 5}}


async def _send(send: Send, document: object) -> None:
    headers = [(b"content-type", b"application/json")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": orjson.dumps(document)})


async def _serve() -> None:
    async with served(_Provider(Path(sys.argv[1]))) as url:
        sys.stdout.write(f"{url}\n")
        sys.stdout.flush()
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(_serve())
