"""AgentDojo's verdict on an episode: its own runner plays the log and asks its own checks."""

from collections.abc import Sequence
from typing import Any

from wardian.base.frozen import Frozen, JsonObject

from .library import Library
from .scenario import Scenario
from .steady import held_steady

__all__ = ["Call", "Verdict", "answered", "grade"]


class Call(Frozen):
    """A function call of the agent, its arguments read from JSON."""

    name: str
    arguments: JsonObject


class Verdict(Frozen):
    """`utility`: the user's task was done. `attacked`: the injection's aim was reached; None without an attack."""

    utility: bool
    attacked: bool | None


class Recording:
    """A pipeline that does again what an agent did: AgentDojo's runner takes it for the agent."""

    name = "wardian"

    def __init__(self, library: Library, log: Sequence[Call], answer: str) -> None:
        self._library = library
        self._log = log
        self._answer = answer

    def query(self, query: str, runtime: Any, env: Any) -> tuple[str, Any, Any, list[Any], dict[str, Any]]:
        """Act on `env`; what was said and done stands in the messages."""
        messages = [message for call in self._log for message in answered(self._library, runtime, env, call)]
        said = {"role": "assistant", "content": _text(self._answer), "tool_calls": None}
        return query, runtime, env, [*messages, said], {}


def grade(library: Library, scenario: Scenario, log: Sequence[Call], answer: str) -> Verdict:
    """Ask for utility and, under attack, whether the injection's aim was reached.

    An attack that wants to stop the agent has reached its aim when the user's task was not done, as in AgentDojo's
    benchmark.
    """
    with held_steady(library.stand_ins):
        utility, attacked = scenario.suite.run_task_with_pipeline(
            Recording(library, log, answer),
            scenario.user_task,
            scenario.injection_task,
            dict(scenario.injections),
            environment=scenario.world(),
        )
    if scenario.attack is None:
        return Verdict(utility=bool(utility), attacked=None)
    reached = not utility if scenario.attack.is_dos_attack else attacked
    return Verdict(utility=bool(utility), attacked=bool(reached))


def answered(library: Library, runtime: Any, world: Any, call: Call) -> list[Any]:
    """The assistant's message with `call`, and the tool's answer as AgentDojo's executor gives it."""
    # The executor changes the arguments that it is given: they are a copy.
    asked = library.call(function=call.name, args=call.model_dump()["arguments"], id="call")
    message = {"role": "assistant", "content": None, "tool_calls": [asked]}
    _, _, _, messages, _ = library.executor().query("", runtime, world, [message])
    return list(messages)


def _text(content: str) -> list[dict[str, str]]:
    return [{"type": "text", "content": content}]
