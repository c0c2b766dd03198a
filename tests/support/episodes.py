"""Episode records made by hand, one event a line."""

import json
from typing import Any, Self

from wardian.base.completion import Completion
from wardian.base.errors import Cause, Failure
from wardian.base.messages import Message, ToolCall
from wardian.base.usage import Usage
from wardian.environments.change import Change
from wardian.environments.findings import CheckResult, Findings
from wardian.environments.observation import Observation
from wardian.episodes.record import (
    Acted,
    AgentRef,
    Asked,
    EnvironmentRef,
    Episode,
    EpisodeSpec,
    Event,
    Said,
    Stop,
    TaskRef,
)

SHOP = EnvironmentRef(name="shop", pack="shop", version="1", digest="d0")


def update(table: str, key: str, column: str, after: Any, before: Any = None) -> Change:
    """One column of one row set to `after`."""
    return Change(table=table, key=key, column=column, kind="update", before=before, after=after)


def spec(arm: str = "arm", task: str = "t1", seed: int = 1, *, repeat: int = 0, world: str = "shop") -> EpisodeSpec:
    """An episode to play; the seed is the same for all arms."""
    return EpisodeSpec(
        environment=SHOP.model_copy(update={"name": world}),
        task=TaskRef(id=task, template="return"),
        agent=AgentRef(name=arm, digest=arm, model=f"model-{arm}", prompt="plain"),
        seed=seed,
        repeat=repeat,
    )


class EpisodeBuilder:
    """Writes a record as the runner would, without a runner: every call is a turn of its own unless `together`."""

    def __init__(self, of: EpisodeSpec | None = None, *, price: float | None = 0.01, simulated: bool = False) -> None:
        self._spec = of or spec()
        self._events: list[Event] = []
        self._turn = 0
        self._state = 0
        self._price = price
        self._simulated = simulated

    def policy(self, text: str) -> Self:
        """The system prompt."""
        self._events.append(Said(speaker="policy", text=text))
        return self

    def user(self, text: str, changes: tuple[Change, ...] = ()) -> Self:
        """What the user says, after they have made `changes`."""
        self._events.append(Said(speaker="user", text=text, changes=changes))
        return self

    def say(self, text: str) -> Self:
        """The agent answers with a text: one turn."""
        self._ask(Message(role="assistant", content=text))
        return self

    def call(
        self,
        name: str,
        arguments: Any = None,
        text: str = "{}",
        *,
        error: str | None = None,
        fault: str | None = None,
        changes: tuple[Change, ...] = (),
        changed: bool | None = None,
        writes: bool | None = None,
        together: bool = False,
    ) -> Self:
        """One tool call; `arguments` that are a string are taken as the model's raw text."""
        raw = arguments if isinstance(arguments, str) else json.dumps(arguments or {})
        call = ToolCall(id=f"c{len(self._events)}", name=name, arguments=raw)
        if not together:
            self._ask(Message(role="assistant", tool_calls=(call,)))
        moved = bool(changes) if changed is None else changed
        self._state += moved
        self._events.append(
            Acted(
                turn=self._turn,
                call=call,
                observation=Observation(text=text, error=error, changes=changes, fault=fault, writes=writes),
                digest=f"s{self._state}",
                changed=moved,
            )
        )
        return self

    def done(
        self,
        success: bool = True,
        *,
        expected: tuple[Change, ...] = (),
        actual: tuple[Change, ...] = (),
        reference_calls: int = 0,
        checks: tuple[CheckResult, ...] | None = None,
        stop: Stop = "finished",
        **more: Any,
    ) -> Episode:
        """The finished episode, examined; the findings may say `more`."""
        findings = Findings(
            checks=checks or (CheckResult(name="goal", passed=success),),
            expected=expected,
            actual=actual,
            reference_calls=reference_calls,
            **more,
        )
        return Episode(spec=self._spec, events=tuple(self._events), stop=stop, opening_digest="s0", findings=findings)

    def broken(self, cause: Cause, kind: str = "timeout") -> Episode:
        """The episode as an error left it."""
        failure = Failure(cause=cause, kind=kind, message="it broke")
        return Episode(spec=self._spec, events=tuple(self._events), stop="failed", failure=failure)

    def _ask(self, message: Message) -> None:
        self._turn += 1
        completion = Completion(
            message=message,
            finish="tool_calls" if message.tool_calls else "stop",
            model="m",
            usage=Usage(input_tokens=100, output_tokens=10),
            cost_usd=self._price,
            simulated=self._simulated,
        )
        self._events.append(Asked(turn=self._turn, completion=completion))
