"""A task program at work: driven by hand, without an event loop."""

import traceback
from collections.abc import Coroutine, Sequence
from pathlib import Path
from types import CoroutineType, TracebackType
from typing import Any, Final

from wardian.base.errors import ConfigError, EnvironmentFault
from wardian.environments.programs.seat import Act, Agent, Reply

__all__ = ["Running"]

SHOWN: Final = 200
"""Characters of an error."""


class Running:
    """One run of a program: from one thing that it says to the agent to the next.

    Args:
        program: the coroutine; nothing of it has run yet.
        agent: to whom it speaks.
        folder: of the pack, to which the places of mistakes belong.
    """

    def __init__(self, program: Coroutine[Any, Any, None], agent: Agent, folder: Path) -> None:
        self._program = program
        self._agent = agent
        self._folder = folder
        self.ended = False

    def start(self) -> str:
        """What the program says first.

        Raises:
            EnvironmentFault: when it is to blame for not getting there.
        """
        text = self._resume(None)
        if text is None:
            raise EnvironmentFault(f"{self._name} ends before it says anything to the agent")
        return text

    def answer(self, reply: Reply) -> str | None:
        """What it says next; None when it has ended.

        Raises:
            EnvironmentFault: when it is to blame for not getting there.
        """
        return None if self.ended else self._resume(reply)

    def close(self) -> None:
        """Break it off."""
        with _Blame(self._name, self._folder):
            self._program.close()

    @property
    def _name(self) -> str:
        return f"the program {getattr(self._program, '__name__', 'of this task')}"

    def _resume(self, reply: Reply | None) -> str | None:
        with _Blame(self._name, self._folder):
            try:
                awaited = self._program.send(reply)
            except StopIteration:
                self._end()
                return None
        if isinstance(awaited, Act):
            return awaited.text
        place = _place(_frames(self._program), self._folder)
        self.close()
        raise EnvironmentFault(f"{place}: {self._name} awaits something else than the agent")

    def _end(self) -> None:
        if self._agent.unsaid is not None:
            raise EnvironmentFault(f"'{self._agent.unsaid.text[:SHOWN]}' was said to the agent and not awaited")
        self.ended = True


class _Blame:
    """Says where in the pack an error comes from."""

    def __init__(self, name: str, folder: Path) -> None:
        self._name = name
        self._folder = folder

    def __enter__(self) -> None:
        return

    def __exit__(self, kind: object, error: BaseException | None, trace: TracebackType | None) -> None:
        if not isinstance(error, Exception) or isinstance(error, ConfigError):
            return
        place = _place([(frame.filename, frame.lineno) for frame in traceback.extract_tb(trace)], self._folder)
        said = str(error) if isinstance(error, EnvironmentFault) else f"{type(error).__name__}: {error}"
        raise EnvironmentFault(f"{place}: {self._name}: {said[:SHOWN]}") from error


Frames = Sequence[tuple[str, int | None]]
"""Files and lines, from the outermost to the innermost."""


def _frames(coroutine: object) -> Frames:
    """Where a coroutine waits, and those that it awaits."""
    found = []
    while isinstance(coroutine, CoroutineType):
        if coroutine.cr_frame is not None:
            found.append((coroutine.cr_code.co_filename, coroutine.cr_frame.f_lineno))
        coroutine = coroutine.cr_await
    return found


def _place(frames: Frames, folder: Path) -> str:
    """The innermost of them that is the pack's own, as "file:line"."""
    places = [(Path(file).resolve(), line) for file, line in frames]
    root = folder.resolve()
    own = [(file.relative_to(root), line) for file, line in places if file.is_relative_to(root)]
    file, line = (own or places or [(root, None)])[-1]
    return f"{file}:{line}"
