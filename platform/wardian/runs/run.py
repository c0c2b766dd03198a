"""The run loop. It stays this short: features are executors and sinks."""

import asyncio
from collections.abc import Iterable, Sequence
from contextlib import AsyncExitStack

from wardian.runs.executor import Executor, Planned, Sink
from wardian.scoring.finished import Finished

__all__ = ["run_job"]


async def run_job(specs: Iterable[Planned], executor: Executor, sinks: Sequence[Sink]) -> None:
    """Play `specs` and give every result to the sinks in order: the journal first, for it is the truth.

    The journal is given results as they come: it may take many in one write. The others get one at a time. However the
    run ends, all sinks are closed, the last one first.
    """
    journal, *others = sinks
    turnstile = asyncio.Lock()

    async def deliver(finished: Finished) -> None:
        await journal.write(finished)
        async with turnstile:
            for sink in others:
                await sink.write(finished)

    async with AsyncExitStack() as stack:
        for sink in sinks:
            stack.push_async_callback(sink.close)
        await executor.play_all(specs, deliver)
