"""The user's installed agentdojo package, seen through the few names that its tasks need.

Importing it imports the model SDKs that it depends on; none of them is used.
"""

import importlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from types import ModuleType
from typing import Any

from wardian.base.errors import ConfigError

from .steady import StandIn, stand_ins

__all__ = ["BENCHMARK", "Library", "open_library"]

INSTALL = "pip install 'wardian[agentdojo]' (or: pip install agentdojo)"
BENCHMARK = "v1.2.2"
"""The version of AgentDojo's tasks that is played."""


@dataclass(frozen=True)
class Library:
    """What Wardian uses of agentdojo.

    `suites` are its task suites by name. `call`, `runtime` and `executor` are its types of a function call, of what
    runs functions, and of the pipeline element that answers an assistant's calls. `attack` opens an attack by name for
    a suite and a victim; `policy` is its default system message. `stand_ins` are for
    what its tools take from the machine.
    """

    version: str
    suites: Mapping[str, Any]
    call: Callable[..., Any]
    runtime: Callable[..., Any]
    executor: Callable[[], Any]
    attack: Callable[[str, Any, Any], Any]
    attacks: Mapping[str, type]
    models: Mapping[str, str]
    policy: str
    stand_ins: tuple[StandIn, ...]


def open_library(load: Callable[[str], ModuleType] = importlib.import_module) -> Library:
    """Import what is needed; `load` is a seam for tests.

    Raises:
        ConfigError: one line that says how to install what is missing.
    """
    try:
        return _library(load)
    except ImportError as error:
        missing = error.name or "agentdojo"
        raise ConfigError(f"the pack 'agentdojo' needs the package '{missing}', install it with: {INSTALL}") from error


def _library(load: Callable[[str], ModuleType]) -> Library:
    suites = load("agentdojo.task_suite.load_suites").get_suites(BENCHMARK)
    functions = load("agentdojo.functions_runtime")
    attacks = load("agentdojo.attacks.attack_registry")
    load("agentdojo.attacks")  # registers them
    if not suites:
        raise ConfigError(f"agentdojo {version('agentdojo')} has no tasks {BENCHMARK}; version 0.1.35 is known to work")
    return Library(
        version=version("agentdojo"),
        suites=suites,
        call=functions.FunctionCall,
        runtime=functions.FunctionsRuntime,
        executor=load("agentdojo.agent_pipeline.tool_execution").ToolsExecutor,
        attack=attacks.load_attack,
        attacks=attacks.ATTACKS,
        models=load("agentdojo.models").MODEL_NAMES,
        policy=load("agentdojo.agent_pipeline.agent_pipeline").load_system_message(None),
        stand_ins=stand_ins(load),
    )
