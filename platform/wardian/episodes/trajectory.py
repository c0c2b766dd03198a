"""The record while it is written, and the conversation as the agent sees it."""

from collections.abc import Callable, Sequence

from wardian.base.clock import Clock
from wardian.base.completion import Completion
from wardian.base.deadline import Stopwatch
from wardian.base.errors import Failure
from wardian.base.fused import FusionResult
from wardian.base.messages import Message, Origin, Role, ToolCall
from wardian.environments.change import Change
from wardian.environments.findings import Findings
from wardian.environments.observation import Observation
from wardian.episodes.record import Acted, Asked, Episode, EpisodeSpec, Event, Said, Stop

__all__ = ["Trajectory"]


class Trajectory:
    """Collects the events of one episode; `record()` freezes them. `stopwatch` has its time that counts."""

    def __init__(self, spec: EpisodeSpec, clock: Clock, stopwatch: Stopwatch) -> None:
        self.history: list[Message] = []
        self.turn = 0
        self.errors_in_a_row = 0
        self.output_tokens = 0
        self.stop: Stop = "finished"
        self.findings: Findings | None = None
        self.failure: Failure | None = None
        self.unanswered_fusion: FusionResult | None = None
        self.spec = spec
        self.stopwatch = stopwatch
        self._clock = clock
        self._events: list[Event] = []
        self._opening_digest = self._digest = ""
        self._unanswered_at: float | None = None
        self._started_at = clock.now()
        self._started = clock.monotonic()

    @property
    def seconds(self) -> float:
        """Wall time since the episode began."""
        return self._clock.monotonic() - self._started

    @property
    def origin(self) -> Origin:
        """Who asks next: this episode, in the turn to come."""
        return self.spec.origin(f"t{self.turn + 1}/agent", self._started, self.stopwatch)

    @property
    def events(self) -> tuple[Event, ...]:
        """What has happened so far."""
        return tuple(self._events)

    def goes_on_from(self, events: Sequence[Event], opening_digest: str, digest: str) -> None:
        """Become the record that consists of `events`: what happened since, or elsewhere, never did.

        Args:
            events: from the opening on.
            opening_digest: of the state then.
            digest: of the state now.
        """
        self.history.clear()
        self._events.clear()
        self.turn = self.errors_in_a_row = self.output_tokens = 0
        self.stop, self.failure, self.findings, self.unanswered_fusion = "finished", None, None, None
        self._opening_digest = opening_digest
        for event in events:
            self._happened(event)
        self._digest = digest

    def opened(self, messages: Sequence[Message], digest: str, voiced: Sequence[Completion] = ()) -> None:
        """The environment's opening: policy and the user's first words, for which models were asked."""
        self._opening_digest = self._digest = digest
        for message in messages:
            if message.role == "system":
                self._happened(Said(speaker="policy", text=message.content))
            else:
                self._happened(Said(speaker="user", text=message.content, voiced=tuple(voiced)))

    def asked(self, completion: Completion, begun: float) -> None:
        """The agent's model answered what it was asked at `begun`."""
        seconds = self.seconds - begun
        self._happened(Asked(turn=self.turn + 1, completion=completion, at_s=begun, seconds=seconds))

    def acted(self, call: ToolCall, observation: Observation, digest: str, begun: float) -> None:
        """A tool call was executed that began at `begun`."""
        seconds = self.seconds - begun
        changed = digest != self._digest
        self._happened(
            Acted(
                turn=self.turn,
                call=call,
                observation=observation,
                digest=digest,
                changed=changed,
                at_s=begun,
                seconds=seconds,
            )
        )

    def answered(
        self, text: str, digest: str, changes: tuple[Change, ...] = (), voiced: Sequence[Completion] = ()
    ) -> None:
        """The user answered the agent, after they had made `changes`, in words for which models were asked.

        What the state became by then (`digest`) is not the next call's doing.
        """
        self._digest = digest
        self._happened(Said(speaker="user", text=text, changes=changes, voiced=tuple(voiced)))

    def _happened(self, event: Event) -> None:
        """Note what happened, and what the agent will see of it."""
        self._events.append(event)
        if event.kind == "said":
            role: Role = "system" if event.speaker == "policy" else "user"
            self.history.append(Message(role=role, content=event.text))
        elif event.kind == "asked":
            self.turn = event.turn
            self.output_tokens += event.completion.usage.output_tokens
            self.history.append(event.completion.message)
        else:
            self._digest = event.digest
            self.errors_in_a_row = self.errors_in_a_row + 1 if event.observation.error else 0
            self.history.append(Message(role="tool", content=event.observation.text, tool_call_id=event.call.id))

    def unanswered(self, begun: float) -> Callable[[Failure], None]:
        """What to do when the model gives no answer to what it is asked at `begun`."""

        def report(failure: Failure) -> None:
            self._unanswered_at = begun
            self.failed(failure)

        return report

    def failed(self, failure: Failure) -> None:
        """Something broke; the first failure is the one that counts."""
        self.failure = self.failure or failure
        self.stop = "failed"

    def record(self) -> Episode:
        """The finished episode."""
        return Episode(
            spec=self.spec,
            events=tuple(self._events),
            stop=self.stop,
            opening_digest=self._opening_digest,
            findings=self.findings,
            failure=self.failure,
            started_at=self._started_at,
            wall_s=self.seconds,
            unanswered_at_s=self._unanswered_at,
            unanswered_fusion=self.unanswered_fusion,
        )
