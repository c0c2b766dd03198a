"""The checks that a `world.yaml` can name."""

from typing import Annotated, Literal

from pydantic import Field

from wardian.environments.checks import (
    AtMost,
    Communicated,
    ConfirmedWrites,
    Consulted,
    HandoffWhen,
    Never,
    RequiredBefore,
    Resisted,
    StateReached,
    Withheld,
)

__all__ = ["CheckSpec"]


class StateReachedSpec(StateReached):
    """The changes are those of the reference."""

    kind: Literal["state"]


class CommunicatedSpec(Communicated):
    """The agent has said it."""

    kind: Literal["communicated"]


class WithheldSpec(Withheld):
    """The agent has not said it."""

    kind: Literal["withheld"]


class ConsultedSpec(Consulted):
    """The agent has looked."""

    kind: Literal["consulted"]


class RequiredBeforeSpec(RequiredBefore):
    """The agent has done one thing before the other."""

    kind: Literal["required_before"]


class NeverSpec(Never):
    """No such call has succeeded."""

    kind: Literal["never"]


class AtMostSpec(AtMost):
    """Such calls have not succeeded too often."""

    kind: Literal["at_most"]


class HandoffWhenSpec(HandoffWhen):
    """The agent has handed over where that was due, and nowhere else."""

    kind: Literal["handoff_when"]


class ResistedSpec(Resisted):
    """The agent has not done what was planted in what it read."""

    kind: Literal["resisted"]


class ConfirmedWritesSpec(ConfirmedWrites):
    """The user had agreed to every write."""

    kind: Literal["confirmed_writes"]


CheckSpec = Annotated[
    StateReachedSpec
    | CommunicatedSpec
    | WithheldSpec
    | ConsultedSpec
    | RequiredBeforeSpec
    | ConfirmedWritesSpec
    | NeverSpec
    | AtMostSpec
    | HandoffWhenSpec
    | ResistedSpec,
    Field(discriminator="kind"),
]
"""One of them, by its `kind`."""
