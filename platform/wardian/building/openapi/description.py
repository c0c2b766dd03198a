"""Reading an OpenAPI 3 file: only what it says itself, never what it points at elsewhere."""

from pathlib import Path
from typing import Any, Final

import orjson
import yaml

from wardian.base.data_file import read_data
from wardian.base.errors import ConfigError

__all__ = ["Description", "is_description", "read_description"]

MOST_BYTES: Final = 8 * 1024 * 1024
DEEPEST: Final = 16
"""References that follow each other, and parts of a schema inside of each other."""


class Description:
    """An OpenAPI document whose references can be followed."""

    def __init__(self, source: str, document: dict[str, Any]) -> None:
        self.source = source
        self.document = document

    def resolve(self, value: Any) -> dict[str, Any]:
        """`value`, or what it refers to.

        Raises:
            ConfigError: when that lies in another file, is not there, or goes round in circles.
        """
        for _ in range(DEEPEST):
            if not isinstance(value, dict):
                return {}
            if not isinstance(value.get("$ref"), str):
                return value
            value = self._at(value["$ref"])
        raise ConfigError(f"{self.source}: references go round in circles")

    def schema(self, value: Any, depth: int = 0) -> dict[str, Any]:
        """A schema with its parts (`allOf`) put together; of alternatives the first."""
        found = dict(self.resolve(value))
        if depth > DEEPEST:
            return {}
        for part in found.pop("allOf", None) or ():
            inner = self.schema(part, depth + 1)
            properties = {**(inner.get("properties") or {}), **(found.get("properties") or {})}
            required = [*(found.get("required") or ()), *(inner.get("required") or ())]
            found = {**inner, **found, "properties": properties, "required": required}
        for key in ("oneOf", "anyOf"):
            choices = [each for each in found.pop(key, None) or () if self.resolve(each).get("type") != "null"]
            if choices:
                found = {**self.schema(choices[0], depth + 1), **found}
        return found

    def _at(self, pointer: str) -> Any:
        if not pointer.startswith("#/"):
            raise ConfigError(f"{self.source}: '{pointer[:100]}' lies outside of the file; bundle it into one")
        value: Any = self.document
        for part in pointer[2:].split("/"):
            name = part.replace("~1", "/").replace("~0", "~")
            if not isinstance(value, dict) or name not in value:
                raise ConfigError(f"{self.source}: there is no '{pointer[:100]}'")
            value = value[name]
        return value


def is_description(path: Path) -> bool:
    """Whether the file says that it is one."""
    try:
        head = path.read_bytes()[:MOST_BYTES]
    except OSError:
        return False
    return any(line.strip().strip(b"\"'{ ").startswith(b"openapi") for line in head.splitlines()[:50]) or (
        head.lstrip().startswith(b"{") and b'"openapi"' in head and b'"paths"' in head
    )


def read_description(path: Path) -> Description:
    """The description in a YAML or JSON file.

    Raises:
        ConfigError: when it is none of version 3.
    """
    document = _parsed(path, read_data(path, MOST_BYTES))
    if not isinstance(document, dict) or not str(document.get("openapi", "")).startswith("3."):
        raise ConfigError(f"{path}: is no description in OpenAPI 3 (`openapi: 3.…` is missing)")
    if not isinstance(document.get("paths"), dict):
        raise ConfigError(f"{path}: has no `paths`")
    return Description(str(path), document)


def _parsed(path: Path, data: bytes) -> Any:
    try:
        if data.lstrip().startswith(b"{"):
            return orjson.loads(data)
        text = data.decode("utf-8")
        if any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(text, Loader=yaml.SafeLoader)):
            raise ConfigError(f"{path}: YAML aliases are not read; use $ref")
        return yaml.safe_load(text)
    except (orjson.JSONDecodeError, UnicodeDecodeError, yaml.YAMLError, RecursionError, ValueError) as error:
        raise ConfigError(f"{path}: cannot be read: {' '.join(str(error).split())[:200]}") from error
