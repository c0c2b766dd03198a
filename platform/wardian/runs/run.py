"""The run loop. It stays this short: features are executors and sinks."""

from collections.abc import Iterable, Sequence
from contextlib import AsyncExitStack, aclosing

from wardian.episodes.record import EpisodeSpec
from wardian.runs.executor import Executor, Sink

__all__ = ["run_job"]


async def run_job(specs: Iterable[EpisodeSpec], executor: Executor, sinks: Sequence[Sink]) -> None:
    """Play `specs` and give every result to the sinks in order: the journal first, for it is the truth.

    However the run ends, the sinks are closed, the last one first.
    """
    async with AsyncExitStack() as stack:
        for sink in sinks:
            stack.push_async_callback(sink.close)
        results = await stack.enter_async_context(aclosing(executor.map(specs)))
        async for scored in results:
            for sink in sinks:
                await sink.write(scored)
