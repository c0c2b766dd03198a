"""The agents of a job: each is one arm of the comparison."""

from typing import Annotated, Any, Literal

from pydantic import Discriminator, Tag

from wardian.base.frozen import Frozen
from wardian.base.messages import Sampling
from wardian.specs.names import Label

__all__ = ["AgentSpec", "IdleAgentSpec", "ReferenceAgentSpec", "ToolAgentSpec"]


class ToolAgentSpec(Frozen):
    """A model that is given a system prompt and the environment's tools."""

    kind: Literal["tools"] = "tools"
    name: Label
    """The arm's name in every table."""
    model: str
    """A name out of `models`, or `fusion/NAME`."""
    prompt: str | None = None
    """The name of one of the job's `prompts`, put first as the system prompt."""
    sampling: Sampling = Sampling()


class ReferenceAgentSpec(Frozen):
    """Plays each task's reference solution: the upper bound, and the proof that a task can be solved."""

    kind: Literal["reference"]
    name: Label = "reference"


class IdleAgentSpec(Frozen):
    """Says nothing and does nothing: the lower bound, and the proof that a task must be solved."""

    kind: Literal["idle"]
    name: Label = "idle"


def _kind(agent: Any) -> str | None:
    """The kind of a raw or finished agent: `tools` need not be written."""
    if isinstance(agent, dict):
        return str(agent.get("kind", "tools"))
    return getattr(agent, "kind", None)


AgentSpec = Annotated[
    Annotated[ToolAgentSpec, Tag("tools")]
    | Annotated[ReferenceAgentSpec, Tag("reference")]
    | Annotated[IdleAgentSpec, Tag("idle")],
    Discriminator(_kind),
]
