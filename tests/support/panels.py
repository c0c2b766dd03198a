"""Fusions of clients that a test makes itself."""

from collections.abc import Callable, Coroutine, Sequence
from functools import partial
from typing import Any

from pydantic import TypeAdapter

from wardian.base.clients import ModelClient
from wardian.base.clock import SystemClock
from wardian.base.completion import Completion
from wardian.base.fused import Decision, FusionResult
from wardian.fusion.client import FusedClient
from wardian.fusion.modes.vote import Vote
from wardian.fusion.opening import fused_client
from wardian.fusion.seats import Seat
from wardian.fusion.tariffs import UNKNOWN, Tariffs
from wardian.fusion.turns import LastResort, ToolTurns
from wardian.specs.fusion.member import MemberSpec
from wardian.specs.fusion.modes import FusionSpec, VoteSpec

__all__ = ["RunVirtual", "fusion_of", "record", "spec_of", "why"]

RunVirtual = Callable[[Coroutine[Any, Any, Any]], Any]
"""The fixture `run_virtual`."""


def spec_of(**said: Any) -> FusionSpec:
    """A fusion as a config says it."""
    spec: FusionSpec = TypeAdapter(FusionSpec).validate_python(said)
    return spec


def fusion_of(
    name: str, members: Sequence[ModelClient], *others: ModelClient, tariffs: Tariffs = UNKNOWN, **said: Any
) -> FusedClient:
    """A fusion of `members`, by default a vote of all of them at every turn; `others` may be named in it as well.

    `specs` say what is special about members. Where nothing is said at all, members of the same name may be different
    clients.
    """
    names = {"members": said.pop("specs", [member.name for member in members]), "scope": "every"}
    if said:
        clients = {client.name: client for client in (*members, *others)}
        return fused_client(name, spec_of(**names | said), clients, SystemClock(), tariffs)
    spec = VoteSpec.model_validate(names | {"min_share": 1})  # nothing is foregone: everybody is waited for
    seats = [Seat(each.name, each, MemberSpec(model=each.name), str(place)) for place, each in enumerate(members, 1)]
    return FusedClient(name, spec, LastResort(ToolTurns(spec, seats, partial(Vote, spec)), "vote"), SystemClock())


def record(completion: Completion) -> FusionResult:
    """Who said what for a fused answer."""
    assert completion.fusion is not None
    return completion.fusion


def why(completion: Completion) -> Decision:
    """What decided it."""
    decision = record(completion).decision
    assert decision is not None
    return decision
