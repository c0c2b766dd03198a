"""What a simulated campaign leaves on the disk: finished episodes, and answers that were paid for."""

import json
import os
import signal
from pathlib import Path

from pydantic import TypeAdapter

from wardian.base.completion import Completion
from wardian.scoring.result import Result

__all__ = ["Ledger", "LedgerFile"]

RESULT = TypeAdapter(Result)


class Ledger:
    """In memory: nothing is left when the process ends. It is a `Memo`, too."""

    def __init__(self) -> None:
        self.results: dict[str, Result] = {}
        self.answers: dict[str, Completion] = {}

    def keep(self, result: Result) -> None:
        """Take a finished episode."""
        self.results[result.episode] = result

    async def get(self, key: str) -> Completion | None:
        """What was answered before."""
        return self.answers.get(key)

    async def put(self, key: str, completion: Completion) -> None:
        """Keep an answer."""
        self.answers[key] = completion


class LedgerFile(Ledger):
    """One line for each episode and each answer, appended before anybody is told; a torn last line is cut off.

    `repeated` and `answered_again` count the lines, as they were read, of episodes and answers that were there already.

    Args:
        path: of the file, which may not be there.
        kill_at: kill this process with SIGKILL in the middle of the line with this number, counted from 0 in it.
    """

    def __init__(self, path: Path, kill_at: int | None = None) -> None:
        super().__init__()
        self._kill_at = kill_at
        self._written = 0
        self.repeated = self.answered_again = 0
        self._file = os.open(path, os.O_RDWR | os.O_CREAT)
        data = path.read_bytes()
        whole = data.rfind(b"\n") + 1
        os.ftruncate(self._file, whole)
        os.lseek(self._file, whole, os.SEEK_SET)
        for line in data[:whole].splitlines():
            self._read(json.loads(line))

    @property
    def lines(self) -> int:
        """How many were written by this process."""
        return self._written

    def keep(self, result: Result) -> None:
        """Append a finished episode."""
        self._append({"episode": RESULT.dump_python(result, mode="json", exclude_defaults=True)})
        super().keep(result)

    async def put(self, key: str, completion: Completion) -> None:
        """Append an answer."""
        self._append({"key": key, "answer": completion.model_dump(mode="json")})
        await super().put(key, completion)

    def close(self) -> None:
        """Nothing more comes."""
        os.close(self._file)

    def _read(self, line: dict[str, object]) -> None:
        if "episode" in line:
            result = RESULT.validate_python(line["episode"])
            self.repeated += result.episode in self.results
            self.results[result.episode] = result
        else:
            self.answered_again += line["key"] in self.answers
            self.answers[str(line["key"])] = Completion.model_validate(line["answer"])

    def _append(self, line: dict[str, object]) -> None:
        data = json.dumps(line).encode() + b"\n"
        if self._written == self._kill_at:
            os.write(self._file, data[: len(data) // 2])
            os.kill(os.getpid(), signal.SIGKILL)
        os.write(self._file, data)
        self._written += 1
