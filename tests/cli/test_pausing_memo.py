"""What cannot be kept is not used: the run is paused."""

import asyncio
import errno
from collections.abc import Callable
from typing import Any

import pytest
from support.proposals import CHAMPION, Keeping, Reflecting, answer, assigned

from wardian.base.clock import SystemClock
from wardian.base.messages import Sampling
from wardian.cli.halt import Halt
from wardian.cli.pausing_memo import PausingMemo
from wardian.models.recorded import Recorded
from wardian.optimization.proposals.edit import AddRule
from wardian.optimization.proposals.reflection import ReflectionProposer
from wardian.runs.pausing import Pause


class Broken(Keeping):
    """A memo on a disk that takes nothing more."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self._number = number

    async def put(self, key: str, reply: Recorded) -> None:
        raise OSError(self._number, "not written")


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EIO])
def test_an_answer_that_the_disk_does_not_take_decides_nothing(run_virtual: Callable[[Any], Any], number: int) -> None:
    pauses, halt = list[Pause](), Halt()
    halt.given(pauses.append)
    client = Reflecting(lambda request: answer(AddRule(text="Ask first.")))
    memo = PausingMemo[Recorded](Broken(number), halt)
    proposer = ReflectionProposer(client, Sampling(max_tokens=500), CHAMPION, (), memo, SystemClock())

    async def main() -> None:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(60.0):
                await proposer.propose(assigned())

    run_virtual(main())
    assert [pause.reason for pause in pauses] == ["disk"]
