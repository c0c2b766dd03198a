"""The user's installed bfcl-eval package, seen through the few modules that the multi-turn tasks need.

Those modules import nothing beyond the standard library and mpmath, so `--no-deps` is enough: the
package's own dependencies (model SDKs, torch, faiss) are only for running models its way.
"""

import importlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from types import ModuleType
from typing import Any

from wardian.base.errors import ConfigError

__all__ = ["Library", "open_library"]

INSTALL = "pip install --no-deps bfcl-eval && pip install mpmath"
MULTI_TURN = "bfcl_eval.eval_checker.multi_turn_eval"

Checker = Callable[..., dict[str, Any]]


@dataclass(frozen=True)
class Library:
    """What Wardian uses of bfcl-eval.

    `classes` are its simulated services by name, `docs` the file of function docs of each. `check` and
    `check_irrelevance` are its checkers; `executor` is the namespace in which they look for instances.
    """

    version: str
    data: Path
    classes: Mapping[str, type]
    docs: Mapping[str, str]
    stateless: frozenset[str]
    check: Checker
    check_irrelevance: Checker
    executor: dict[str, Any]
    new_functions: str
    """What its user says when withheld functions become available."""

    def read_lines(self, name: str) -> list[bytes]:
        """The lines of one of its data files.

        Raises:
            ConfigError: when this version of bfcl-eval has no such file.
        """
        path = self.data / name
        if not path.is_file():
            raise ConfigError(f"bfcl-eval {self.version} has no data file {name}; version 2026.3.23 is known to work")
        return path.read_bytes().splitlines()


def open_library(load: Callable[[str], ModuleType] = importlib.import_module) -> Library:
    """Import what is needed; `load` is a seam for tests.

    Raises:
        ConfigError: one line that says how to install what is missing.
    """
    try:
        return _library(load)
    except ImportError as error:
        missing = error.name or "bfcl_eval"
        raise ConfigError(f"the pack 'bfcl' needs the package '{missing}', install it with: {INSTALL}") from error


def _library(load: Callable[[str], ModuleType]) -> Library:
    root = load("bfcl_eval")
    backend = load("bfcl_eval.constants.executable_backend_config")
    checker = load(f"{MULTI_TURN}.multi_turn_checker")
    return Library(
        version=version("bfcl-eval"),
        data=Path(root.__path__[0]) / "data",
        classes={name: getattr(load(backend.CLASS_FILE_PATH_MAPPING[name]), name) for name in SERVICES},
        docs=backend.MULTI_TURN_FUNC_DOC_FILE_MAPPING,
        stateless=frozenset(backend.STATELESS_CLASSES),
        check=checker.multi_turn_checker,
        check_irrelevance=checker.multi_turn_irrelevance_checker,
        executor=vars(load(f"{MULTI_TURN}.multi_turn_utils")),
        new_functions=load("bfcl_eval.constants.default_prompts").DEFAULT_USER_PROMPT_FOR_ADDITIONAL_FUNCTION_FC,
    )


# The backends of the multi-turn categories; the others (web search, memory) need the network or torch.
SERVICES = (
    "GorillaFileSystem",
    "MathAPI",
    "MessageAPI",
    "TicketAPI",
    "TradingBot",
    "TravelAPI",
    "TwitterAPI",
    "VehicleControlAPI",
)
