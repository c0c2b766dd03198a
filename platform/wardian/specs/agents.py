"""The agents of a job: each is one arm of the comparison."""

from typing import Annotated, Literal

from pydantic import Field, PositiveFloat, Tag

from wardian.base.frozen import Frozen
from wardian.base.messages import Sampling
from wardian.specs.names import Label
from wardian.specs.tags import tagged_by

__all__ = [
    "AgentSpec",
    "BoundSpec",
    "CallableAgentSpec",
    "IdleAgentSpec",
    "OwnAgentSpec",
    "ProcessAgentSpec",
    "ReferenceAgentSpec",
    "ToolAgentSpec",
]


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


class OwnAgentSpec(Frozen):
    """What agents of one's own have in common."""

    name: Label
    """The arm's name in every table."""
    model: str | None = None
    """The model that it may ask through the job, which records its calls: a name out of `models`, or `fusion/NAME`."""
    sampling: Sampling = Sampling()
    """Of these calls, where the agent does not say; its `max_tokens` are the most that it can ask for."""


class CallableAgentSpec(OwnAgentSpec):
    """A function or class in Python that is given history and tools, and gives the next message."""

    kind: Literal["callable"]
    callable: Annotated[str, Field(pattern=r"^[A-Za-z_][\w.]*:[A-Za-z_]\w*$")]
    """Where it is: `package.module:name`. A class is made anew for each episode."""


class ProcessAgentSpec(OwnAgentSpec):
    """A program that is started for each episode: it finds the environment over MCP, and its model by a base URL."""

    kind: Literal["process"]
    command: Annotated[tuple[str, ...], Field(min_length=1)]
    """The program and its arguments; it is started in the working directory."""
    exit_s: PositiveFloat = 5.0
    """Seconds for it to end by itself after the episode; then it is killed."""


BoundSpec = ReferenceAgentSpec | IdleAgentSpec
"""Agents that only say where the best and the worst lie."""


AgentSpec = Annotated[
    Annotated[ToolAgentSpec, Tag("tools")]
    | Annotated[ReferenceAgentSpec, Tag("reference")]
    | Annotated[IdleAgentSpec, Tag("idle")]
    | Annotated[CallableAgentSpec, Tag("callable")]
    | Annotated[ProcessAgentSpec, Tag("process")],
    tagged_by("kind", usual="tools"),
]
