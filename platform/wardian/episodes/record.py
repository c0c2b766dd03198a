"""The record of an episode: append-only, and all that scorers, tables and resume ever look at."""

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Annotated, Literal

from pydantic import Field

from wardian.base.bundle import Bundle
from wardian.base.completion import Completion
from wardian.base.deadline import Stopwatch
from wardian.base.dollars import total_usd
from wardian.base.errors import Failure
from wardian.base.frozen import Frozen
from wardian.base.fused import FusionResult
from wardian.base.identity import digest
from wardian.base.messages import Origin, ToolCall
from wardian.environments.change import Change
from wardian.environments.findings import Findings
from wardian.environments.observation import Observation
from wardian.environments.pack import TaskCard

__all__ = ["Acted", "AgentRef", "Asked", "EnvironmentRef", "Episode", "EpisodeSpec", "Event", "Said", "Stop", "TaskRef"]

Stop = Literal["finished", "turn_limit", "error_limit", "token_limit", "time_limit", "turn_time_limit", "failed"]


class EnvironmentRef(Frozen):
    """Which environment: `name` in the job, `pack` and the digest of its files and knobs."""

    name: str
    pack: str
    version: str
    digest: str


class TaskRef(Frozen):
    """Which task of it; `template` is the cluster of alike tasks."""

    id: str
    template: str
    persona: str = "default"

    @classmethod
    def of(cls, card: TaskCard) -> "TaskRef":
        """The task of `card`."""
        return cls(id=card.id, template=card.template, persona=card.persona)


class AgentRef(Frozen):
    """Which arm: `digest` covers everything that decides its behaviour (model, prompt text, sampling).

    `bundle` is there where the arm is a version of an agent of the job: whoever plays needs its texts. `draws` names
    the draws of the models that it asks: arms with the same one hear the same answer to the same question. By default
    each has its own.
    """

    name: str
    digest: str
    model: str = ""
    prompt: str = ""
    bundle: Bundle | None = None
    draws: str = ""

    @property
    def plays(self) -> str:
        """The name of the job's agent that plays, itself or as a version of it."""
        return self.name if self.bundle is None else self.bundle.agent

    def system(self, prompts: Mapping[str, str]) -> str:
        """Its system prompt: of the job's `prompts`, or its version's; behind it, what that says about errors."""
        own = prompts.get(self.prompt, "")
        return own if self.bundle is None else self.bundle.system(own)

    def version(self, bundle: Bundle, name: str) -> "AgentRef":
        """This agent with the texts of `bundle`, as an arm of its own."""
        return self.model_copy(update={"name": name, "bundle": bundle, "digest": digest([self.digest, bundle.sha])})


class EpisodeSpec(Frozen):
    """One episode to play. The same for all arms: `seed`, so that comparisons are paired by (task, seed)."""

    environment: EnvironmentRef
    task: TaskRef
    agent: AgentRef
    seed: int
    repeat: int = 0

    @cached_property
    def key(self) -> str:
        """Content hash of pack, task, agent and seed: the episode's name in journal, tables and resume.

        Limits, endpoints and prices are not part of it: changing them repeats nothing that is finished.
        """
        return digest(
            [
                self.environment.digest,
                self.environment.name,
                self.task.id,
                self.agent.name,
                self.agent.digest,
                self.seed,
                self.repeat,
            ]
        )

    @cached_property
    def sample(self) -> str:
        """Names the draws that its models make: the key without what may change while the questions stay the same."""
        arm = self.agent.draws or self.agent.name
        return digest([self.environment.name, self.task.id, arm, self.seed, self.repeat])

    @property
    def task_key(self) -> str:
        """Names its task among those of all environments."""
        return f"{self.environment.name}/{self.task.id}"

    def origin(self, path: str, began_at: float, stopwatch: Stopwatch) -> Origin:
        """Who asks a model in it: `path` says what for, the stopwatch has the time that counts in the episode."""
        return Origin(
            episode=self.key,
            task=self.task_key,
            path=path,
            sample=self.sample,
            began_at=began_at,
            stopwatch=stopwatch,
        )


class Said(Frozen):
    """A text that the environment put into the conversation: its policy, or the user's words.

    The agent's own texts stand in `Asked`. `changes` is what the user did with tools of their own before they said it,
    `voiced` are the answers of the model that speaks for the user, if one does.
    """

    kind: Literal["said"] = "said"
    speaker: Literal["policy", "user"]
    text: str
    changes: tuple[Change, ...] = ()
    voiced: tuple[Completion, ...] = ()


class Asked(Frozen):
    """One model call; `turn` counts from 1. The request is the conversation so far, so it is not kept.

    It began `at_s` after the episode and took `seconds`, with all that the agent did around it.
    """

    kind: Literal["asked"] = "asked"
    turn: int
    completion: Completion
    at_s: float = 0.0
    seconds: float = 0.0


class Acted(Frozen):
    """One tool call and what it did; `digest` is the state's afterwards, `changed` whether that is a new one.

    It began `at_s` after the episode and took `seconds`.
    """

    kind: Literal["acted"] = "acted"
    turn: int
    call: ToolCall
    observation: Observation
    digest: str
    changed: bool
    at_s: float = 0.0
    seconds: float = 0.0


Event = Annotated[Said | Asked | Acted, Field(discriminator="kind")]


class Episode(Frozen):
    """What happened, from the first word to the findings. `failure` says why, when `stop` is "failed".

    `attempt` counts from 1: one that did not go on like the calls recorded of it was played again with new calls.

    Times: `started_at` in seconds since the epoch, `wall_s` in seconds. `unanswered_at_s` is when the call began, in
    seconds since then, to which the agent's model gave no answer: the `failure` is its end. Where that was a
    fusion, or one was cut off by a limit, `unanswered_fusion` has its calls: they are part of the cost.
    """

    spec: EpisodeSpec
    events: tuple[Event, ...]
    stop: Stop
    opening_digest: str = ""
    findings: Findings | None = None
    failure: Failure | None = None
    started_at: float = 0.0
    wall_s: float = 0.0
    unanswered_at_s: float | None = None
    unanswered_fusion: FusionResult | None = None
    attempt: int = 1

    @property
    def asked(self) -> tuple[Asked, ...]:
        """The model calls in order."""
        return tuple(event for event in self.events if event.kind == "asked")

    @property
    def paid(self) -> Iterator[Completion]:
        """All answers of models in order: the agent's, and the user's where a model speaks for them."""
        for event in self.events:
            if event.kind == "asked":
                yield event.completion
            elif event.kind == "said":
                yield from event.voiced

    @property
    def acted(self) -> tuple[Acted, ...]:
        """The tool calls in order."""
        return tuple(event for event in self.events if event.kind == "acted")

    @property
    def missing(self) -> bool:
        """True when somebody else than the agent is to blame: no score, run again on resume."""
        return self.failure is not None and self.failure.cause != "agent"

    @property
    def cost_usd(self) -> float | None:
        """US dollars for all calls; None as soon as one price is unknown."""
        return total_usd((*(each.cost_usd for each in self.paid), *(each.cost_usd for each in self._lost)))

    @property
    def user_usd(self) -> float | None:
        """What of the cost a model took that speaks for the user; None when a price is unknown."""
        voiced = (answer for event in self.events if event.kind == "said" for answer in event.voiced)
        return total_usd(answer.cost_usd for answer in voiced)

    @property
    def spent_usd(self) -> float | None:
        """What of the cost was paid when this was played: answers out of the reply cache are free."""
        return total_usd((*(each.spent_usd for each in self.paid), *(each.spent_usd for each in self._lost)))

    @property
    def _lost(self) -> tuple[FusionResult, ...]:
        """Calls of a fusion that led to no answer."""
        return () if self.unanswered_fusion is None else (self.unanswered_fusion,)

    @property
    def cached_calls(self) -> int:
        """How many answers came out of the reply cache."""
        return sum(each.timing.cached for each in self.paid)

    @property
    def replayed_calls(self) -> int:
        """How many answers were recorded before this was broken off, and given again."""
        return sum(each.timing.replayed for each in self.paid)

    @property
    def simulated(self) -> bool:
        """Whether any answer came from a simulator."""
        return any(each.simulated for each in self.paid)

    @property
    def stochastic(self) -> bool:
        """Whether a model spoke for the user: the same actions may lead elsewhere another time."""
        return any(event.voiced for event in self.events if event.kind == "said")
