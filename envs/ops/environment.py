"""The pack's entry point: the shop's services, the shifts, and the rules of being on call."""

from wardian.environments.checks import Check, Invariant, Never, RequiredBefore, StateReached
from wardian.environments.packs import PackContext
from wardian.environments.scenario import World
from wardian.environments.simulated_pack import SimulatedPack
from wardian.environments.template import Template

from .estate import NOW, Estate
from .tasks import Knobs, write_task
from .tools import OpsTools

__all__ = ["open_pack"]

_CHANGES = (
    *("roll_back", "set_setting", "set_flag", "rotate_certificate", "delete_files", "drain_node", "replace_node"),
    "restart_services",
)
_RULES: tuple[Check, ...] = (
    StateReached(),
    RequiredBefore(name="runbook_first", first=("read_runbook",), then=(*_CHANGES, "silence_alert", "page_team")),
    RequiredBefore(name="incident_first", first=("open_incident",), then=(*_CHANGES, "page_team")),
    Never(name="restart_everything", tools=("restart_services",), arguments=r'"services"\s*:\s*\[[^\]]*,'),
    Invariant(name="not_escalated", broken="SELECT id FROM alerts WHERE escalated"),
)
_NOBODY_S_BUSINESS = frozenset(
    {"clock", "conditions", "incidents.title", "incidents.summary", "pages.id", "pages.message"}
)


def open_pack(context: PackContext) -> SimulatedPack:
    """Build the shop that the knobs ask for."""
    knobs = Knobs.model_validate(context.knobs)
    estate = Estate(context.read_text("estate.yaml"), knobs.services, knobs.seed)
    world = World(
        template=Template(context.read_text("schema.sql"), estate.rows, NOW),
        toolbox=lambda state: OpsTools(state, estate.needs),
        policy=context.read_text("policy.md"),
        checks=_RULES,
        ignore=_NOBODY_S_BUSINESS,
        waits=True,
        call_min=1.0,
        turn_min=2.0,
    )
    return SimulatedPack(context, world, [write_task(estate, number, knobs) for number in range(knobs.tasks)])
