"""Functions of the user's own that fusions name, looked for before anything is asked."""

from collections.abc import Iterator, Mapping

from wardian.base.errors import ConfigError
from wardian.base.imported import imported
from wardian.specs.fusion.modes import FusionSpec
from wardian.specs.places import KeyPath, spell

__all__ = ["check_own_code"]


def check_own_code(fusions: Mapping[str, FusionSpec]) -> None:
    """See that every function is there which `fusions` (by their names in the config) name.

    Raises:
        ConfigError: one line that begins with the key, when one cannot be imported or called.
    """
    for fusion, spec in fusions.items():
        for path, name in _named(spec):
            key = spell(("fusions", fusion, *path))
            if not callable(imported(name, key)):
                raise ConfigError(f"{key}: {name}: this is no function")


def _named(spec: FusionSpec) -> Iterator[tuple[KeyPath, str]]:
    """Where it names which functions."""
    if spec.agree.kind == "callable":
        yield ("agree", "callable"), spec.agree.callable
    yield from ((path, name) for path, name in _verifiers(spec) if name != "schema")


def _verifiers(spec: FusionSpec) -> Iterator[tuple[KeyPath, str]]:
    if spec.mode == "best_of" or spec.mode == "merge":
        yield from ((("verifiers", place), name) for place, name in enumerate(spec.verifiers))
    if spec.mode == "cascade":
        for place, stage in enumerate(spec.stages):
            if stage.accept is not None and stage.accept.kind == "verifier":
                yield ("stages", place, "accept", "verifier"), stage.accept.verifier
