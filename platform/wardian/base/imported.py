"""Code of the user's own, by its import path `package.module:name`."""

import importlib
import importlib.util
import sys
from importlib.machinery import ModuleSpec
from pathlib import Path
from typing import Any

from wardian.base.errors import ConfigError, Failure, boundary
from wardian.base.identity import digest

__all__ = ["imported", "source_digest"]


def imported(path: str, key: str = "callable") -> Any:
    """What stands at `path`, named under `key` in a config; modules are looked for in the working directory too.

    Raises:
        ConfigError: one line, when it cannot be imported or is not there.
    """
    module, _, name = path.partition(":")
    _found(path, key)
    failures: list[Failure] = []
    with boundary(failures.append, cause="agent"):  # the module is the user's own, and does what it likes
        loaded = importlib.import_module(module)
    if failures:
        raise ConfigError(f"{key}: {path}: cannot be imported: {failures[0].message}")
    try:
        return getattr(loaded, name)
    except AttributeError:
        raise ConfigError(f"{key}: {path}: the module has no '{name}'") from None


def source_digest(path: str) -> str:
    """A hash of the file that it stands in, which is not run for that; what the file imports is not covered.

    Raises:
        ConfigError: when there is no such module.
    """
    origin = _found(path).origin
    file = None if origin is None else Path(origin)
    return digest(file.read_bytes()) if file is not None and file.is_file() else ""


def _found(path: str, key: str = "callable") -> ModuleSpec:
    """The module's place. A program that was installed does not look into its working directory by itself."""
    module = path.partition(":")[0]
    here = str(Path.cwd())
    if here not in sys.path:
        sys.path.append(here)
    importlib.invalidate_caches()
    try:
        found = importlib.util.find_spec(module)
    except (ImportError, ValueError) as error:
        raise ConfigError(f"{key}: {path}: cannot be imported: {error}") from error
    if found is None:
        raise ConfigError(f"{key}: {path}: there is no module '{module}' in {here} or among what is installed")
    return found
