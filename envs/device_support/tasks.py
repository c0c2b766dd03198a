"""Puts tasks together: a customer with one persona, one kind of trouble, and as many causes as the knob says."""

from random import Random

from wardian.base.frozen import Frozen
from wardian.base.identity import random_stream
from wardian.environments.checks import HandoffWhen
from wardian.environments.life.fault import Fault
from wardian.environments.persona import met
from wardian.environments.scenario import Scenario

from .carrier import Carrier
from .desk import Desk
from .limits import LIMITS
from .personas import CALLERS
from .situations import SITUATIONS, repair

__all__ = ["Knobs", "write_task"]

_KINDS = [kind for pair in zip(SITUATIONS, LIMITS, strict=True) for kind in pair]


class Knobs(Frozen):
    """The pack's knobs by name; `pack.yaml` says what they mean."""

    tasks: int
    causes: int
    customers: int
    personas: str
    rumours: int
    fault_rate: float
    seed: int


def write_task(carrier: Carrier, number: int, knobs: Knobs) -> Scenario:
    """Task `number`; its customer is placed in the carrier's rows."""
    kind = _KINDS[number % len(_KINDS)]
    random = random_stream("device_support", knobs.seed, "task", number)
    persona = met(CALLERS, knobs.personas, number, len(_KINDS))
    rumour = knobs.rumours > 0 and number % knobs.rumours == 0 and kind != "gone_phone"
    desk = Desk(random, persona, rumour)
    found: list[str] = []
    if kind in SITUATIONS:
        found = _causes(random, SITUATIONS[kind].causes, 1 + (number // len(_KINDS)) % knobs.causes)
        issue = repair(carrier, desk, SITUATIONS[kind], found)
    else:
        issue = LIMITS[kind](carrier, desk)
    due = any(request.kind == "handover" for request in issue.brief.requests)
    handoff = HandoffWhen(tools=("transfer_to_human",), due=due)
    return Scenario(
        id="_".join([f"{number:03d}", kind, *(["by", "_and_".join(found)] if found else [])]),
        template=kind,
        brief=issue.brief,
        reference=tuple(desk.messages),
        persona=persona,
        checks=(handoff, *issue.checks),
        faults=(Fault(kind="timeout", probability=knobs.fault_rate),) if knobs.fault_rate else (),
    )


def _causes(random: Random, pool: tuple[str, ...], number: int) -> list[str]:
    chosen = random.sample(pool, min(number, len(pool)))
    return [cause for cause in pool if cause in chosen]
