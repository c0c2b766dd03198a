"""The agents of a job: each is one arm of the comparison."""

from typing import Annotated, Literal

from pydantic import Field

from wardian.base.frozen import Frozen
from wardian.base.messages import Sampling

__all__ = ["AgentSpec", "IdleAgentSpec", "ReferenceAgentSpec", "ToolAgentSpec"]


class ToolAgentSpec(Frozen):
    """A model that is given a system prompt and the environment's tools."""

    kind: Literal["tools"] = "tools"
    name: str
    model: str
    prompt: str | None = None
    """The name of one of the job's `prompts`, put first as the system prompt."""
    sampling: Sampling = Sampling()


class ReferenceAgentSpec(Frozen):
    """Plays each task's reference solution: the upper bound, and the proof that a task can be solved."""

    kind: Literal["reference"]
    name: str = "reference"


class IdleAgentSpec(Frozen):
    """Says nothing and does nothing: the lower bound, and the proof that a task must be solved."""

    kind: Literal["idle"]
    name: str = "idle"


AgentSpec = Annotated[ToolAgentSpec | ReferenceAgentSpec | IdleAgentSpec, Field(discriminator="kind")]
