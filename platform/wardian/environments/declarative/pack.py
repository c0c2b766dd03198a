"""From a pack's `world.yaml` to the pack."""

from collections.abc import Mapping

from wardian.environments.context import PackContext
from wardian.environments.declarative.definition import check_tables, definition
from wardian.environments.declarative.moment import Moment
from wardian.environments.declarative.opening import Opening
from wardian.environments.declarative.scenarios import Scenarios
from wardian.environments.declarative.source import read_world
from wardian.environments.declarative.tables import TableSpec
from wardian.environments.declarative.toolset import Toolset
from wardian.environments.life.waiting import WAIT
from wardian.environments.scenario import World
from wardian.environments.services.ledger import LEDGER_TABLES
from wardian.environments.services.ledger import SCHEMA as LEDGER
from wardian.environments.simulated_pack import SimulatedPack
from wardian.environments.template import Template
from wardian.specs.document import Document
from wardian.specs.names import nearest
from wardian.specs.places import refusal

__all__ = ["open_world"]


def open_world(context: PackContext, name: str) -> SimulatedPack:
    """The pack that the file `name` describes.

    Raises:
        ConfigError: with all problems of the file, one a line.
    """
    spec, document = read_world(context.folder, name, context.knobs)
    moment = Moment(spec.now)
    check_tables(document, spec.tables, moment)
    _check_ignored(document, spec.ignore, spec.tables)
    _stop_if_wrong(document)
    opening = Opening(context.folder, document, spec.tables, moment)
    toolset = Toolset(document, spec)
    service = toolset.service
    if spec.waits and (WAIT.name in spec.tools or (service is not None and service.waits)):
        document.complain(("waits",), f"there is a tool '{WAIT.name}' already")
    _stop_if_wrong(document)
    template = Template(definition(spec.tables) + (LEDGER if service else ""), opening.rows, spec.now)
    scenarios = Scenarios(document, spec, toolset, template).all()
    _stop_if_wrong(document)
    world = World(
        template=template,
        toolbox=toolset.open,
        policy=spec.policy,
        checks=spec.checks,
        waits=spec.waits,
        call_min=spec.call_min,
        turn_min=spec.turn_min,
        ignore=frozenset({"clock", *spec.ignore, *(LEDGER_TABLES if service else ())}),
    )
    return SimulatedPack(context, world, scenarios)


def _check_ignored(document: Document, ignored: tuple[str, ...], tables: Mapping[str, TableSpec]) -> None:
    known = [*tables, *(f"{name}.{column}" for name, table in tables.items() for column in table.columns)]
    for number, path in enumerate(ignored):
        if path not in known:
            document.complain(("ignore", number), f"there is no '{path}'; {nearest(path, known)}")


def _stop_if_wrong(document: Document) -> None:
    if document.problems:
        raise refusal(document.problems)
