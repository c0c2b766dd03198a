"""An edit: what changes in one component, rule by rule, and where that comes from."""

from textwrap import shorten
from typing import Annotated, Literal

from pydantic import Field

from wardian.base.bundle import TOOL_PREFIX, Bundle, Component
from wardian.base.frozen import Frozen

__all__ = ["AddRule", "Candidate", "Change", "DeleteRule", "Edit", "Refused", "ReplaceRule"]


class AddRule(Frozen):
    """A new rule, behind the one with the number `after`; else behind those that are there."""

    kind: Literal["add"] = "add"
    text: str
    after: int | None = None


class ReplaceRule(Frozen):
    """Another text for a rule."""

    kind: Literal["replace"] = "replace"
    rule: int
    text: str


class DeleteRule(Frozen):
    """A rule less."""

    kind: Literal["delete"] = "delete"
    rule: int


Change = Annotated[AddRule | ReplaceRule | DeleteRule, Field(discriminator="kind")]


class Edit(Frozen):
    """Changes of one component; `cluster` names the evidence that they answer, `why` says it in a line."""

    component: Component
    changes: Annotated[tuple[Change, ...], Field(min_length=1)]
    cluster: str
    why: str = ""

    @property
    def inline(self) -> bool:
        """Whether the component is a description in one line, where a new rule goes on."""
        return self.component.startswith(TOOL_PREFIX)

    @property
    def headline(self) -> str:
        """In a few words: `+1 rule: Ask before …`."""
        first = self.changes[0]
        text = "" if first.kind == "delete" else f": {shorten(first.text, 80, placeholder=' …')}"
        return f"{self.component} {first.kind}{text}" + (f" (+{len(self.changes) - 1})" if self.changes[1:] else "")


class Candidate(Frozen):
    """A version that may be better.

    Args:
        bundle: its texts.
        parent: the content hash of the version that it was made from.
        edit: what was changed; None where somebody else than our proposer wrote it.
        cost_usd: what the proposal cost; None when a price is unknown.
        tokens: in and out, of the proposal.
    """

    bundle: Bundle
    parent: str
    edit: Edit | None = None
    cost_usd: float | None = 0.0
    tokens: int = 0


class Refused(Frozen):
    """A proposal that no episode is spent on.

    Args:
        cluster: the evidence that it was to answer.
        component: what it was to change.
        why: what is wrong with it, in a line.
        text: the component as it would have been; "" where there was none.
        said: the beginning of an answer that is no edit, without keys; None where it was one.
        cost_usd: what the proposal cost; None when a price is unknown.
        tokens: in and out, of the proposal.
    """

    cluster: str
    component: Component
    why: str
    text: str = ""
    said: str | None = None
    cost_usd: float | None = 0.0
    tokens: int = 0
