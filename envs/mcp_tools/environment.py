"""The pack's entry point: an MCP server's tools and a user's tasks."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal

from wardian.base.errors import ConfigError
from wardian.base.identity import digest
from wardian.base.messages import Message
from wardian.environments.environment import Environment
from wardian.environments.pack import Pack, TaskCard
from wardian.environments.packs import PackContext

from .tasks import Task, read_tasks

__all__ = ["McpPack", "open_pack"]


class McpPack(Pack):
    """Tasks for the tools of one server. Its worlds are no pure functions, so what was broken off begins anew."""

    replay: Literal["exact", "restart"] = "restart"

    def __init__(self, context: PackContext, server: str, tasks: Mapping[str, Task]) -> None:
        self.name = context.manifest.name
        self.version = context.manifest.version
        written = [task.model_dump(mode="json") for task in tasks.values()]
        self.digest = digest([context.digest, written], length=32)
        self._server = server
        self._tasks = tasks

    def tasks(self) -> Sequence[TaskCard]:
        """The tasks in the order of the file."""
        return [TaskCard(id=task, template=task) for task in self._tasks]

    def environment(self, task: str) -> Environment:
        """An environment of `task`, which connects when it is opened.

        Raises:
            ConfigError: when the MCP SDK is not installed.
        """
        try:
            from .episode import McpEnvironment
        except ImportError as error:
            message = f"the pack 'mcp_tools' needs the package '{error.name}': pip install 'wardian[mcp]'"
            raise ConfigError(message) from error
        return McpEnvironment(self._server, self._tasks[task])

    def reference(self, task: str) -> Sequence[Message]:
        """What the file says that solves it; nothing when it says nothing."""
        return self._tasks[task].solution


def open_pack(context: PackContext) -> Pack:
    """Open the pack on the server and the file that the knobs name.

    Raises:
        ConfigError: when a knob is missing or the file is wrong.
    """
    server, tasks = str(context.knobs["server"]), str(context.knobs["tasks"])
    for knob, value in (("server", server), ("tasks", tasks)):
        if not value:
            raise ConfigError(f"pack 'mcp_tools': set the knob '{knob}' (docs/guides/mcp.md)")
    return McpPack(context, server, read_tasks(Path(tasks)))
