"""What the reply cache costs: a key, a write, a read, and opening a large folder.

`python benchmarks/replies.py [--replies 200000]`
"""

import argparse
import asyncio
import tempfile
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path

from wardian.base.clock import SystemClock
from wardian.base.completion import Completion
from wardian.base.messages import Message, Origin, Request, ToolCall, ToolSchema
from wardian.base.usage import Usage
from wardian.models.recorded import RECORDED, Answered
from wardian.models.reply_key import ReplyKeys, answering
from wardian.models.reply_store import ReplyStore
from wardian.specs.models import ModelSpec

ROUNDS = 5_000
TOOL = ToolSchema(
    name="get_order",
    description="Look up an order by its id.",
    parameters={"type": "object", "properties": {"order_id": {"type": "string"}}, "required": ["order_id"]},
)
SAID = Message(
    role="assistant", tool_calls=(ToolCall(id="call00100", name="get_order", arguments='{"order_id": "O"}'),)
)
ANSWER = Answered(completion=Completion(message=SAID, finish="tool_calls", model="m", usage=Usage(input_tokens=900)))


def conversation(turns: int) -> Request:
    """A request as agents send them: 6 kB of policy, `turns` calls with results of 300 bytes, ten tools."""
    policy = Message(role="system", content="Always confirm. " * 400)
    result = Message(role="tool", content="x" * 300, tool_call_id="call00100")
    return Request(model="m", messages=(policy, *((SAID, result) * turns)), tools=(TOOL,) * 10)


def microseconds(call: Callable[[], object], rounds: int = ROUNDS) -> float:
    """CPU of one call."""
    begun = time.process_time()
    for _ in range(rounds):
        call()
    return (time.process_time() - begun) / rounds * 1e6


def keys(turns: int) -> float:
    """One key, for a turn of its own."""
    names = ReplyKeys(answering("m", ModelSpec(base_url="http://host/v1"), None))
    request = conversation(turns)

    def key() -> bytes:
        origin = Origin(episode="e", task="shop/t", path="t1/agent", sample="s")
        return names.next(request.model_copy(update={"origin": origin}))

    return microseconds(key)


async def main(replies: int) -> None:
    print(f"key of a conversation of 1 turn     {keys(1):8.1f} µs")
    print(f"key of a conversation of 15 turns   {keys(15):8.1f} µs")
    with tempfile.TemporaryDirectory() as folder:
        names = [number.to_bytes(16, "big") for number in range(replies)]
        with ReplyStore(Path(folder), SystemClock()) as store:
            upcoming = iter(names)
            write = microseconds(lambda: store.put(next(upcoming), ANSWER.model_dump_json().encode()), replies)
        print(f"write one reply                     {write:8.1f} µs")
        with ReplyStore(Path(folder), SystemClock()) as store:
            opened = microseconds(lambda: store.get(names[0]), 1)
            again = iter(names)
            read = microseconds(lambda: RECORDED.validate_json(store.get(next(again)) or b""))
        tracemalloc.start()
        with ReplyStore(Path(folder), SystemClock()) as store:
            store.get(names[0])
            held = tracemalloc.get_traced_memory()[0]
    print(f"read one reply                      {read:8.1f} µs")
    print(f"open a folder, for each reply in it {opened / replies:8.1f} µs")
    print(f"index in memory, for each of them   {held / replies:8.0f} bytes")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--replies", type=int, default=200_000)
    asyncio.run(main(parser.parse_args().replies))
