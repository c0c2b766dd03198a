"""Who follows on a process that was lost waits until that is certain; everybody else is refused at once."""

import asyncio
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest

from wardian.base.clock import SystemClock
from wardian.base.errors import ConfigError
from wardian.runs.folder_store import FolderStore
from wardian.runs.holding import hold

RunVirtual = Callable[[Coroutine[Any, Any, Any]], Any]


class LoopClock(SystemClock):
    """The loop's own time."""

    def monotonic(self) -> float:
        return asyncio.get_running_loop().time()


class Doubtful(FolderStore):
    """Somebody seems to hold it for a while."""

    def __init__(self, path: Path, seconds: float) -> None:
        super().__init__(path)
        self._seconds = seconds
        self.tries = 0

    @property
    def stale_s(self) -> float:
        return 30.0

    def hold(self) -> None:
        self.tries += 1
        if self._seconds > self.tries - 1:  # the virtual loop lets a second pass between two tries
            raise ConfigError("another process is playing this run")
        super().hold()


def test_who_follows_gets_it_as_soon_as_that_is_certain(tmp_path: Path, run_virtual: RunVirtual) -> None:
    store = Doubtful(tmp_path, 29)
    run_virtual(hold(store, LoopClock(), 45.0))
    assert store.tries == 30
    store.release()


def test_but_does_not_wait_for_ever(tmp_path: Path, run_virtual: RunVirtual) -> None:
    store = Doubtful(tmp_path, 1e6)

    async def refused_at() -> float:
        with pytest.raises(ConfigError):
            await hold(store, LoopClock(), 45.0)
        return asyncio.get_running_loop().time()

    assert run_virtual(refused_at()) == pytest.approx(45.0, abs=1.0)


def test_who_comes_anew_is_refused_at_once(tmp_path: Path, run_virtual: RunVirtual) -> None:
    store = Doubtful(tmp_path, 1)
    with pytest.raises(ConfigError):
        run_virtual(hold(store, LoopClock()))
    assert store.tries == 1
