"""A process of its own that calls functions for us: with another environment, or in another network.

Ray joins one cluster a process and remembers for good how it authenticates; so whoever needs two clusters, or a cluster
beside that of other tests, asks from another process.
"""

import os
import pickle
import select
import subprocess
import sys
import traceback
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, ParamSpec, Self, TypeVar

__all__ = ["Apart"]

P = ParamSpec("P")
T = TypeVar("T")
PATIENCE_S = 120.0


class Apart:
    """Calls functions of modules that can be imported there, one after the other; it ends when we do.

    Args:
        environ: its whole environment, with this folder's parent in PYTHONPATH.
        log: takes what it prints.
        prefix: words before the command line, such as `ip netns exec NAME`.
    """

    def __init__(self, environ: Mapping[str, str], log: Path, prefix: Sequence[str] = ()) -> None:
        self._log = log
        with open(log, "ab") as printed:
            self.process = subprocess.Popen(
                [*prefix, sys.executable, "-m", "support.apart"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=printed,
                env=dict(environ),
                start_new_session=True,
            )

    def call(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """What the function returns there, within two minutes.

        Raises:
            AssertionError: when it raises, with its traceback; when it takes too long; when the process has ended.
        """
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        pickle.dump((function, args, kwargs), self.process.stdin)
        self.process.stdin.flush()
        ready, _, _ = select.select([self.process.stdout], [], [], PATIENCE_S)
        assert ready, f"{function.__name__} takes more than {PATIENCE_S:g} s\n{self._printed()}"
        try:
            value, problem = pickle.load(self.process.stdout)
        except EOFError:
            raise AssertionError(f"the process of {function.__name__} has ended\n{self._printed()}") from None
        assert problem is None, problem
        return value  # type: ignore[no-any-return]  # the type of what was pickled is what `function` returns

    def close(self) -> None:
        """End it: first it is told, then it is killed."""
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                with suppress(BrokenPipeError):
                    pipe.close()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _printed(self) -> str:
        return self._log.read_text(errors="replace")[-2_000:]


def main() -> None:
    """Answer calls until nobody asks any more; what functions print is no answer."""
    asked, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    while True:
        try:
            function, args, kwargs = pickle.load(asked)
        except EOFError:
            return
        answer: tuple[Any, str | None]
        try:
            answer = (function(*args, **kwargs), None)
        except Exception:  # noqa: BLE001  (it is sent to the caller)
            answer = (None, traceback.format_exc())
        pickle.dump(answer, answers)
        answers.flush()


if __name__ == "__main__":
    main()
