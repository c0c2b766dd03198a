"""A provider in a process of its own that never says the same thing twice, and writes down what it said to whom."""

import argparse
import asyncio
import random
import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import orjson

from wardian.base.clock import SystemClock
from wardian.base.frozen import Frozen
from wardian.episodes.record import Episode
from wardian.simulator.asgi import Receive, Scope, Send
from wardian.simulator.local import served

GOAL = re.compile(r"Count to (\d+)")
JAM = 13
"""By this much the pack breaks."""
LOOK_S = 0.02


class Spoken(Frozen):
    """One answer: to which task and turn, after which answers, its own words, and when (Unix time)."""

    goal: int
    before: tuple[str, ...]
    words: str
    at: float = 0.0


class Spoke:
    """What such a provider said so far."""

    def __init__(self, url: str, *logs: Path) -> None:
        self.url = url
        self._logs = logs

    def answers(self) -> list[Spoken]:
        """In the order in which they were given, those of one log after those of the other."""
        return [Spoken.model_validate_json(line) for log in self._logs for line in log.read_bytes().splitlines()]

    def repeated(self) -> int:
        """How many of them were given to a step that had been answered before."""
        return sum(times - 1 for times in Counter((each.goal, len(each.before)) for each in self.answers()).values())

    @contextmanager
    def silent(self) -> Iterator[None]:
        """Nobody is answered as long as this lasts, so that no run ends: for what must happen before one does."""
        silences = [_silence(log) for log in self._logs]
        for silence in silences:
            silence.touch()
        try:
            yield
        finally:
            for silence in silences:
                silence.unlink()

    def said(self, episode: Episode) -> bool:
        """Whether all that stands in the record was really said, each after the one before."""
        return not self.unsaid([[event.completion.message.content for event in episode.asked]])

    def unsaid(self, conversations: Iterable[Sequence[str]]) -> int:
        """In how many conversations something stands that was never said, or not there."""
        given = {(each.before, each.words) for each in self.answers()}
        return sum(
            any((tuple(words[:turn]), word) not in given for turn, word in enumerate(words)) for words in conversations
        )


@contextmanager
def speaking(folder: Path, *options: str) -> Iterator[Spoke]:
    """Start it; it ends with the block. Options are those of the command: `--latency=0.3`, `--calls=4`."""
    log = folder / "spoken.jsonl"
    log.touch()
    with subprocess.Popen([sys.executable, __file__, str(log), *options], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield Spoke(f"{process.stdout.readline().strip()}/v1", log)
        finally:
            process.kill()


class _Provider:
    """Needs `calls` calls for each task, or about five."""

    def __init__(self, log: Path, latency: float, calls: int | None) -> None:
        self._log = open(log, "ab", buffering=0)  # noqa: SIM115  (as long as the process)
        self._silence = _silence(log)
        self._clock = SystemClock()
        self._latency_s = latency
        self._calls = calls

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] == "GET":
            await _send(send, {"data": []})
            return
        try:
            messages = await _messages(receive)
        except ConnectionResetError:  # whoever asked was killed in the middle of a sentence
            return
        await asyncio.sleep(self._latency_s)
        while self._silence.exists():
            await self._clock.sleep(LOOK_S)
        goal = int(next(found[1] for message in messages if (found := GOAL.search(_text(message)))))
        before = tuple(_text(message) for message in messages if message["role"] == "assistant")
        words = f"{random.getrandbits(64):x}"
        spoken = Spoken(goal=goal, before=before, words=words, at=time.time())
        self._log.write(spoken.model_dump_json().encode() + b"\n")
        rest = goal - sum(_added(message) for message in messages)
        by = _by(goal, rest) if self._calls is None else _part(rest, self._calls - 1 - len(before))
        await _send(send, _answer(words, by))


def _silence(log: Path) -> Path:
    """The file that makes the provider wait as long as it is there."""
    return log.with_suffix(".silence")


async def _messages(receive: Receive) -> list[dict[str, Any]]:
    body, more = b"", True
    while more:
        event = await receive()
        body, more = body + event["body"], event.get("more_body", False)
    return list(orjson.loads(body)["messages"])


def _text(message: dict[str, Any]) -> str:
    """Some clients send parts instead of a string."""
    content = message.get("content") or ""
    return content if isinstance(content, str) else "".join(part["text"] for part in content)


def _added(message: dict[str, Any]) -> int:
    return sum(int(orjson.loads(call["function"]["arguments"])["by"]) for call in message.get("tool_calls") or ())


def _by(goal: int, rest: int) -> int | None:
    """By how much to count in this turn; None when it is done."""
    return None if rest <= 0 else min(goal // 5 + random.randint(1, 3), JAM - 1)


def _part(rest: int, turns: int) -> int | None:
    """The same, so that all is counted after so many more turns, of which there must be two for a `rest` of 13."""
    if turns <= 1:
        return rest if turns else None
    return random.choice([part for part in range(min(rest, 100) + 1) if JAM not in (part, rest - part)])


def _answer(words: str, by: int | None) -> dict[str, Any]:
    message: dict[str, Any] = {"role": "assistant", "content": words}
    if by is not None:
        function = {"name": "add", "arguments": orjson.dumps({"by": by}).decode()}
        message["tool_calls"] = [{"id": f"c{words}", "type": "function", "function": function}]
    choice = {"index": 0, "message": message, "finish_reason": "stop" if by is None else "tool_calls"}
    usage = {"prompt_tokens": 10, "completion_tokens": 5, "total_tokens": 15}
    kind = {"id": f"a{words}", "object": "chat.completion", "created": int(time.time()), "model": "m"}
    return {**kind, "choices": [choice], "usage": usage}


async def _send(send: Send, document: object) -> None:
    headers = [(b"content-type", b"application/json")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": orjson.dumps(document)})


async def _serve() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("log", type=Path)
    parser.add_argument("--latency", type=float, default=0.03, help="seconds before each answer")
    parser.add_argument("--calls", type=int, help="how many calls each task needs")
    parser.add_argument("--port", type=int, default=0, help="by default a free one")
    options = vars(parser.parse_args())
    async with served(port=options.pop("port"), app=_Provider(**options)) as url:
        sys.stdout.write(f"{url}\n")
        sys.stdout.flush()
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(_serve())
