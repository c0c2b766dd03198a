"""Puts tasks together: a customer with one persona, one kind of trouble, and as many causes as the knob says."""

from random import Random

from wardian.base.identity import random_stream
from wardian.environments.life.fault import Fault
from wardian.environments.scenario import Scenario

from .carrier import Carrier
from .desk import Desk
from .limits import LIMITS
from .personas import CALLERS
from .situations import SITUATIONS, repair

__all__ = ["lost_answers", "write_task"]

_KINDS = [kind for pair in zip(SITUATIONS, LIMITS, strict=True) for kind in pair]


def write_task(carrier: Carrier, number: int, *, seed: int, causes: int, personas: str, rumours: int) -> Scenario:
    """Task `number`; its customer is placed in the carrier's rows."""
    kind = _KINDS[number % len(_KINDS)]
    random = random_stream("device_support", seed, "task", number)
    round_ = number // len(_KINDS)
    names = list(CALLERS)
    persona = CALLERS[names[(number + round_) % len(names)] if personas == "mixed" else personas]
    desk = Desk(random, persona, rumour=rumours > 0 and number % rumours == 0 and kind != "gone_phone")
    found: list[str] = []
    if kind in SITUATIONS:
        found = _causes(random, SITUATIONS[kind].causes, 1 + round_ % causes)
        issue = repair(carrier, desk, SITUATIONS[kind], found)
    else:
        issue = LIMITS[kind](carrier, desk)
    return Scenario(
        id="_".join([f"{number:03d}", kind, *(["by", "_and_".join(found)] if found else [])]),
        template=kind,
        brief=issue.brief,
        reference=tuple(desk.messages),
        persona=persona,
        checks=issue.checks,
    )


def lost_answers(rate: float) -> tuple[Fault, ...]:
    """Calls that get no answer in time and do nothing."""
    return (Fault(kind="timeout", probability=rate),) if rate else ()


def _causes(random: Random, pool: tuple[str, ...], number: int) -> list[str]:
    chosen = random.sample(pool, min(number, len(pool)))
    return [cause for cause in pool if cause in chosen]
