"""An episode that an agent outside drives: it comes with its next message when it has one.

Played like those of `run_episode`, turn for turn, so the record and the findings are the same.
"""

from collections.abc import Callable, Sequence
from typing import Final

from pydantic import TypeAdapter

from wardian.agents.unpaid import unpaid
from wardian.base.clock import Clock
from wardian.base.completion import Completion
from wardian.base.deadline import Stopwatch
from wardian.base.errors import Failure, WardianError, boundary
from wardian.base.frozen import Frozen
from wardian.base.messages import Message, ToolSchema
from wardian.environments.environment import Environment
from wardian.environments.findings import Findings
from wardian.episodes.record import Episode, EpisodeSpec, Event, Stop
from wardian.episodes.trajectory import Trajectory
from wardian.episodes.turn import answer, examine, reached_limit
from wardian.specs.job import Limits

__all__ = ["DrivenEpisode", "EpisodeEnded", "Step"]

HEAD_BYTES: Final = 4


class EpisodeEnded(WardianError):
    """The agent wants to go on, and the episode has ended."""


class Step(Frozen):
    """What came of a message of the agent.

    Args:
        messages: what it hears: results of its calls, or what the user says.
        stop: why the episode has ended; None while it goes on.
        findings: what the environment says of its final state, once the episode has ended.
    """

    messages: tuple[Message, ...] = ()
    stop: Stop | None = None
    findings: Findings | None = None

    @property
    def ended(self) -> bool:
        """Whether there is no next turn."""
        return self.stop is not None

    @property
    def terminated(self) -> bool:
        """Whether the episode has ended by itself, in the sense of Gymnasium."""
        return self.stop in ("finished", "failed")

    @property
    def truncated(self) -> bool:
        """Whether it has ended at a limit."""
        return self.ended and not self.terminated

    @property
    def checks(self) -> dict[str, bool]:
        """Which checks passed, by name; none before the end."""
        return {} if self.findings is None else {check.name: check.passed for check in self.findings.checks}

    @property
    def reward(self) -> float:
        """1 when the episode has ended and the task is solved, else 0."""
        return float(self.findings is not None and self.findings.success)


class Saved(Frozen):
    """What a snapshot holds beside the world."""

    task: str
    opening_digest: str
    events: tuple[Event, ...]
    stop: Stop | None
    findings: Findings | None
    failure: Failure | None


SAVED: Final = TypeAdapter(Saved)


class DrivenEpisode:
    """One episode from its opening to its end. Not for several callers at once.

    Args:
        spec: which episode; its agent is the one outside.
        make_environment: makes its environment, and those of forks.
        limits: where it ends at the latest. `wall_s` counts the agent's thinking too; `turn_s` is not looked at.
        clock: the record's time.
    """

    def __init__(
        self, spec: EpisodeSpec, make_environment: Callable[[], Environment], limits: Limits, clock: Clock
    ) -> None:
        self.spec = spec
        self._make_environment = make_environment
        self._limits = limits
        self._clock = clock
        self._trajectory = Trajectory(spec, clock, Stopwatch(clock))
        self._environment = make_environment()
        self._stop: Stop | None = None
        self._opening_digest = ""

    async def open(self) -> Step:
        """Begin: the policy and the user's first words."""
        with boundary(self._trajectory.failed, cause="environment"):
            opening = await self._environment.open(self.spec.seed)
            self._opening_digest = self._environment.digest()
            self._trajectory.opened(opening, self._opening_digest, self._environment.voiced())
            return Step(messages=tuple(opening))
        return await self._end("failed", ())

    @property
    def history(self) -> Sequence[Message]:
        """The conversation so far, as the agent sees it."""
        return tuple(self._trajectory.history)

    @property
    def tools(self) -> Sequence[ToolSchema]:
        """The tools that may be called now."""
        return self._environment.tools()

    @property
    def ended(self) -> bool:
        """Whether there is no next turn."""
        return self._stop is not None

    async def step(self, said: Message | Completion) -> Step:
        """Play the agent's next message to what comes of it; a completion says what it cost.

        Raises:
            EpisodeEnded: when the episode has ended.
        """
        if self._stop is not None:
            raise EpisodeEnded(f"the episode has ended ({self._stop})")
        completion = said if isinstance(said, Completion) else unpaid(said, self.spec.agent.name)
        trajectory, known = self._trajectory, len(self._trajectory.history) + 1
        goes_on = False
        with boundary(trajectory.failed, cause="environment"):
            trajectory.asked(completion, trajectory.seconds)
            goes_on = await answer(trajectory, self._environment, completion.message)
        heard = tuple(trajectory.history[known:])
        reached = self._reached() if goes_on else trajectory.stop
        return Step(messages=heard) if reached is None else await self._end(reached, heard)

    def snapshot(self) -> bytes:
        """The world and the record of how it came to be, as bytes."""
        trajectory = self._trajectory
        head = SAVED.dump_json(
            Saved(
                task=self.spec.task.id,
                opening_digest=self._opening_digest,
                events=trajectory.events,
                stop=self._stop,
                findings=trajectory.findings,
                failure=trajectory.failure,
            )
        )
        return len(head).to_bytes(HEAD_BYTES, "big") + head + self._environment.snapshot()

    def restore(self, snapshot: bytes) -> None:
        """Go on from a snapshot of the same task; what happened since is not in the record.

        Raises:
            ValueError: when it is of another task.
        """
        end = HEAD_BYTES + int.from_bytes(snapshot[:HEAD_BYTES], "big")
        saved = SAVED.validate_json(snapshot[HEAD_BYTES:end])
        if saved.task != self.spec.task.id:
            raise ValueError(f"a snapshot of {saved.task} cannot become {self.spec.task.id}")
        self._environment.restore(snapshot[end:])
        self._opening_digest = saved.opening_digest
        self._trajectory.goes_on_from(saved.events, saved.opening_digest, self._environment.digest())
        self._stop = saved.stop
        if saved.stop is not None:
            self._trajectory.stop, self._trajectory.findings = saved.stop, saved.findings
            self._trajectory.failure = saved.failure

    def fork(self) -> "DrivenEpisode":
        """An independent episode that goes on from here."""
        copy = DrivenEpisode(self.spec, self._make_environment, self._limits, self._clock)
        copy.restore(self.snapshot())
        return copy

    async def close(self, stop: Stop = "finished") -> Episode:
        """Give back what the world holds; the record. An episode that goes on ends here, and is examined."""
        if self._stop is None:
            await self._end(stop, ())
        with boundary(self._trajectory.failed, cause="environment"):
            self._environment.close()
        return self._trajectory.record()

    def _reached(self) -> Stop | None:
        wall_s = self._limits.wall_s
        if wall_s is not None and self._trajectory.seconds >= wall_s:
            return "time_limit"
        return reached_limit(self._trajectory, self._limits)

    async def _end(self, stop: Stop, heard: tuple[Message, ...]) -> Step:
        trajectory = self._trajectory
        self._stop = trajectory.stop = stop
        if stop != "failed":
            with boundary(trajectory.failed, cause="environment"):
                await examine(trajectory, self._environment, self._limits)
            self._stop = trajectory.stop
        return Step(messages=heard, stop=self._stop, findings=trajectory.findings)
