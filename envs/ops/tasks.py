"""Puts tasks together: one trouble, what has nothing to do with it, and a duty manager."""

from wardian.base.frozen import Frozen
from wardian.base.identity import random_stream
from wardian.environments.brief import Brief
from wardian.environments.life.fault import Fault
from wardian.environments.persona import PERSONAS, met
from wardian.environments.scenario import Scenario

from .desk import Desk
from .estate import Estate
from .shifts import false_alarm, work_through
from .troubles import TROUBLES

__all__ = ["Knobs", "write_task"]

_KINDS = [*TROUBLES, false_alarm.__name__]
_MANAGERS = {name: PERSONAS[name] for name in ("plain", "terse", "impatient")}


class Knobs(Frozen):
    """The pack's knobs by name; `pack.yaml` says what they mean."""

    tasks: int
    services: int
    noise_alerts: int
    red_herrings: int
    flaky: int
    personas: str
    fault_rate: float
    seed: int


def write_task(estate: Estate, number: int, knobs: Knobs) -> Scenario:
    """Task `number`."""
    kind = _KINDS[number % len(_KINDS)]
    random = random_stream("ops", knobs.seed, "task", number)
    desk = Desk(estate, random, flaky=knobs.flaky > 0 and (number + 1) % knobs.flaky == 0)
    if kind in TROUBLES:
        request = work_through(desk, TROUBLES[kind](desk), knobs.noise_alerts, knobs.red_herrings)
    else:
        request = false_alarm(desk, knobs.noise_alerts, knobs.red_herrings)
    lost = (Fault(kind="timeout", probability=knobs.fault_rate),) if knobs.fault_rate else ()
    return Scenario(
        id=f"{number:03d}_{kind}",
        template=kind,
        brief=Brief(requests=(request,)),
        reference=tuple(desk.messages),
        persona=met(_MANAGERS, knobs.personas, number, len(_KINDS)),
        checks=tuple(desk.checks),
        setup=tuple(desk.setup),
        events=tuple(desk.events),
        faults=(*desk.faults, *lost),
    )
