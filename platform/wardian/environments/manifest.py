"""What a pack says about itself in its `pack.yaml`."""

from collections.abc import Mapping
from pathlib import Path
from typing import Self

from pydantic import model_validator

from wardian.base.errors import ConfigError
from wardian.base.frozen import Frozen
from wardian.specs.environments import KnobValue
from wardian.specs.names import Identifier, nearest
from wardian.specs.parsing import parse
from wardian.specs.text_file import read_text
from wardian.specs.validation import validated

__all__ = ["MANIFEST", "Knob", "PackManifest", "read_manifest"]

MANIFEST = "pack.yaml"
LARGEST = 256 * 1024


class Knob(Frozen):
    """One difficulty knob; its type is that of `default`."""

    default: KnobValue
    description: str = ""
    min: float | None = None
    max: float | None = None
    choices: tuple[KnobValue, ...] = ()

    def bind(self, value: KnobValue) -> KnobValue:
        """`value` in the knob's own type.

        Raises:
            ValueError: with what would be valid, when the type or the range is wrong.
        """
        kind = type(self.default)
        if kind is float and type(value) is int:
            value = float(value)
        if type(value) is not kind:
            raise ValueError(f"{value!r} is not {_KINDS[kind]}")
        if self.choices and value not in self.choices:
            raise ValueError(f"{value!r} is not one of {', '.join(map(str, self.choices))}")
        if isinstance(value, int | float) and not self._in_range(value):
            raise ValueError(f"{value!r} is not in {self._range}")
        return value

    def _in_range(self, value: float) -> bool:
        return (self.min is None or value >= self.min) and (self.max is None or value <= self.max)

    @property
    def _range(self) -> str:
        low = "" if self.min is None else f"{self.min:g}"
        high = "" if self.max is None else f"{self.max:g}"
        return f"{low}..{high}"


_KINDS: dict[type, str] = {bool: "true or false", int: "a whole number", float: "a number", str: "text"}


class PackManifest(Frozen):
    """The content of `pack.yaml`.

    `module` is the Python file beside it that defines `open_pack`; a pack without Python has a `world` instead, the
    YAML file that describes it. `graded_by` names whose checker grades the tasks where that is not Wardian's: such
    packs need no certificate.
    """

    name: Identifier
    version: str
    description: str = ""
    module: str = "environment.py"
    world: str | None = None
    graded_by: str = ""
    knobs: dict[str, Knob] = {}

    @model_validator(mode="after")
    def _is_one(self) -> Self:
        if self.world is not None and "module" in self.model_fields_set:
            raise ValueError("a pack has a module or a world, not both")
        return self

    def bind(self, values: Mapping[str, KnobValue]) -> dict[str, KnobValue]:
        """All knobs with `values` over the defaults.

        Raises:
            ConfigError: naming the pack, the knob and what would be valid.
        """
        for name in values:
            if name not in self.knobs:
                raise ConfigError(f"pack '{self.name}' has no knob '{name}'; {nearest(name, self.knobs)}")
        return {name: self._bound(name, knob, values.get(name, knob.default)) for name, knob in self.knobs.items()}

    def _bound(self, name: str, knob: Knob, value: KnobValue) -> KnobValue:
        try:
            return knob.bind(value)
        except ValueError as error:
            raise ConfigError(f"pack '{self.name}', knob '{name}': {error}") from error


def read_manifest(folder: Path) -> PackManifest:
    """Read `folder`'s manifest.

    Raises:
        ConfigError: with all problems of the file, one a line.
    """
    path = folder / MANIFEST
    try:
        document = parse(read_text(path, LARGEST), source=str(path), environ=None)
    except FileNotFoundError:
        raise ConfigError(f"{path}: there is no such file") from None
    return validated(document, PackManifest, "name and version")
