"""What was recorded of one episode, and what is being recorded."""

from collections import Counter
from collections.abc import Awaitable, Callable, Iterable

from wardian.base.clock import Clock
from wardian.base.errors import ModelError
from wardian.base.messages import Request
from wardian.fusion.failed import broken_off
from wardian.models.recorded import KEPT_FAILURES, Answered, CutOff, Failed
from wardian.runs.steps.conversation import Conversation
from wardian.runs.steps.step import RecordedStep, Reply, Step, turn_of

__all__ = ["LostTape", "Record", "ReplayDivergence", "Tape"]

Record = Callable[[Iterable[RecordedStep]], Awaitable[None]]
"""Writes steps down; they are safe when it returns."""


class ReplayDivergence(ModelError):
    """The episode asks something else than when it was recorded: its world is no pure function of its actions."""

    def __init__(self, step: Step) -> None:
        text = f"{step.path}: '{step.model}' is not asked what it was asked before this episode was broken off"
        super().__init__("replay_divergence", text, cause="infra")


class Tape:
    """One attempt at an episode: gives again what was recorded of it, then records.

    Args:
        episode: its key.
        clock: the time of records.
        record: writes steps down.
        recorded: steps of earlier attempts; those of the latest attempt count. Of two answers to one question that
            of whoever asked later counts: it is the one that the episode went on with, for the first one came when
            its worker had been given up.
    """

    def __init__(self, episode: str, clock: Clock, record: Record, recorded: Iterable[RecordedStep] = ()) -> None:
        known = sorted(recorded, key=lambda each: each[0].at)
        self.attempt = max((step.attempt for step, _ in known), default=1)
        self.diverged = False
        self.advanced = False
        """Whether an answer was recorded that no attempt before had got to."""
        self._episode = episode
        self._clock = clock
        self._record = record
        self._replies = {step: reply for step, reply in known if step.attempt == self.attempt}
        self._conversation = Conversation()
        self._turn = ""
        self._asked: Counter[tuple[str, str, str]] = Counter()
        self._unwritten: list[RecordedStep] = []

    def again(self) -> "Tape":
        """The next attempt, with new calls only."""
        fresh = Tape(self._episode, self._clock, self._record)
        fresh.attempt = self.attempt + 1
        return fresh

    def step(self, request: Request, path: str, model: str) -> Step:
        """The name of the question that is about to be asked."""
        if (turn := turn_of(path)) != self._turn:
            self._turn = turn
            self._asked.clear()
        question = self._conversation.question(request)
        asked = path, model, question
        place = self._asked[asked]
        self._asked[asked] += 1
        return Step(self._episode, self.attempt, path, model, question, place, self._clock.now())

    def reply(self, step: Step) -> Reply | None:
        """What was recorded of `step`; None when it has to be asked.

        Raises:
            ReplayDivergence: when something else was asked in its place, now or before.
        """
        if self.diverged or (self._replies and self._differs(step)):
            self.diverged = True
            raise ReplayDivergence(step)
        return self._replies.pop(step, None) if self._replies else None

    async def answered(self, step: Step, reply: Answered) -> None:
        """Write the answer down, before anybody uses it.

        Raises:
            ModelError: when the disk does not take it.
        """
        unwritten, self._unwritten = self._unwritten, []
        await self._record((*unwritten, (step, reply)))
        self.advanced = True

    def failed(self, step: Step, error: ModelError, seconds: float) -> None:
        """Keep a failure after `seconds` until the next answer: only then did the episode go on in spite of it."""
        if error.cause in KEPT_FAILURES:
            failed = Failed.of(error, seconds).model_copy(update={"inside": broken_off(error)})
            self._unwritten.append((step, failed))

    def given_up(self, step: Step, reply: Answered | CutOff) -> None:
        """Keep that it was cut off or late until the next answer: only then did the episode go on without it."""
        self._unwritten.append((step, reply))

    def _differs(self, step: Step) -> bool:
        """Whether this place was asked something else. Behind a place that was never recorded, nothing counts."""
        if step in self._replies:
            return False
        if any((known.path, known.model) == (step.path, step.model) for known in self._replies):
            return True
        self._replies = {known: reply for known, reply in self._replies.items() if known.turn == step.turn}
        return False


class LostTape(Tape):
    """Of an episode whose calls cannot be read: it neither goes on nor begins anew, and nothing is paid for.

    Args:
        episode: its key.
        clock: the time of records.
        why: what the store said.
    """

    def __init__(self, episode: str, clock: Clock, why: OSError) -> None:
        super().__init__(episode, clock, _nowhere)
        self._why = f"recorded answers cannot be read: {why.strerror or why}"

    def reply(self, step: Step) -> Reply | None:
        """None is found.

        Raises:
            ModelError: kind "disk", always.
        """
        raise ModelError("disk", self._why, cause="infra", lasting=True)


async def _nowhere(steps: Iterable[RecordedStep]) -> None:
    """Nothing is recorded: nothing is asked."""
