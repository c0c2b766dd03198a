"""The texts that make an agent what it is, as far as they may be refined: one bundle is one version of it."""

from collections.abc import Mapping
from functools import cached_property
from typing import Annotated

from pydantic import Field

from wardian.base.frozen import Frozen
from wardian.base.identity import digest

__all__ = ["COMPONENT", "RECOVERY", "SYSTEM", "TOOL_PREFIX", "Bundle", "Component"]

SYSTEM = "system"
RECOVERY = "recovery"
TOOL_PREFIX = "tool:"
TOOL = rf"{TOOL_PREFIX}[A-Za-z0-9_.-]+\.(description|arg:[A-Za-z0-9_-]+)"

COMPONENT = rf"^({SYSTEM}|{RECOVERY}|fusion\.(merge|debate)|{TOOL})$"

Component = Annotated[str, Field(pattern=COMPONENT)]
"""What of an agent a text is: `system` its system prompt, `recovery` what it is told about errors of tools (behind the
system prompt), `tool:NAME.description` and `tool:NAME.arg:ARGUMENT` what it reads about a tool, `fusion.merge` and
`fusion.debate` what its fusion's judge and members are told beside the usual."""


class Bundle(Frozen):
    """One version of an agent: the job's own, with these texts in the place of its own.

    Args:
        agent: the job's agent that it is a version of.
        texts: by component; what is not here stays as the job and the environment have it.
    """

    agent: str
    texts: Mapping[Component, str] = {}

    @cached_property
    def sha(self) -> str:
        """Content hash of all texts: the version's name."""
        return digest([self.agent, dict(self.texts)])

    @property
    def characters(self) -> int:
        """How long all texts are together."""
        return sum(map(len, self.texts.values()))

    def system(self, own: str) -> str:
        """The system prompt of the version, where `own` is the job's; behind it, what is said about errors of tools."""
        return "\n\n".join(part for part in (self.texts.get(SYSTEM, own), self.texts.get(RECOVERY, "")) if part)

    def edited(self, component: str, text: str) -> "Bundle":
        """The same with another text for one component."""
        return Bundle(agent=self.agent, texts={**self.texts, component: text})
