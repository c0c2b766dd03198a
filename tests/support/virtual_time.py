"""Virtual time for tests: hours pass in milliseconds, in a fixed order."""

import asyncio
from collections.abc import Callable
from concurrent.futures import Executor
from typing import Any

from wardian.base import virtual_time


class VirtualTimeLoop(virtual_time.VirtualTimeLoop):
    """What is given to a thread is done at once, in no time."""

    def run_in_executor(  # type: ignore[override]  # typeshed has type variables that cannot be repeated here
        self, executor: Executor | None, func: Callable[..., Any], *args: Any
    ) -> "asyncio.Future[Any]":
        future = self.create_future()
        try:
            future.set_result(func(*args))
        except OSError as error:
            future.set_exception(error)
        return future
