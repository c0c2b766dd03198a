"""What happens by itself in tasks of a `world.yaml`, and what goes wrong with calls."""

from collections.abc import Iterator

from wardian.base.frozen import JsonValue
from wardian.environments.declarative.filling import Filler
from wardian.environments.declarative.statement import Inspector, Statement
from wardian.environments.life.event import Conditional, Effect, Event, Mutation
from wardian.specs.document import Document
from wardian.specs.places import KeyPath

__all__ = ["check_event", "filled_event"]


def check_event(document: Document, path: KeyPath, event: Event, inspector: Inspector) -> None:
    """Note in the document what is wrong with the SQL of the event at `path`."""
    for key, sql in _queries(event):
        if objection := inspector.objection(Statement.of(sql), event.values):
            document.complain((*path, *key), objection)
    for number, effect in enumerate(event.effects):
        if isinstance(effect, Mutation):
            for place, sql in enumerate(effect.sql):
                known = {**event.values, **effect.values}
                if objection := inspector.objection(Statement.of(sql), known, writing=True):
                    document.complain((*path, "effects", number, "sql", place), objection)


def _queries(event: Event) -> Iterator[tuple[KeyPath, str]]:
    """Where SQL stands in it that only reads, and what it is."""
    if isinstance(event.when, Conditional):
        yield ("when", "sql"), event.when.sql
    if event.provided:
        yield ("provided",), event.provided


def filled_event(path: KeyPath, event: Event, filler: Filler) -> Event:
    """The event of one task: its texts and values are filled, its SQL stays as it is and names the values."""
    effects = [_filled_effect((*path, "effects", number), each, filler) for number, each in enumerate(event.effects)]
    return event.model_copy(update={"effects": tuple(effects), "values": _filled_values(path, event, filler)})


def _filled_effect(path: KeyPath, effect: Effect, filler: Filler) -> Effect:
    if isinstance(effect, Mutation):
        return effect.model_copy(update={"values": _filled_values(path, effect, filler)})
    return effect.model_copy(update={"text": filler.text((*path, "text"), effect.text)})


def _filled_values(path: KeyPath, naming: Event | Mutation, filler: Filler) -> dict[str, JsonValue]:
    return {name: filler.value((*path, "values", name), value) for name, value in naming.values.items()}
