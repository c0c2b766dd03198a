"""Which operation a request of HTTP means."""

import re
from collections.abc import Iterable
from urllib.parse import unquote

from wardian.environments.services.operation import Operation
from wardian.environments.tool import ToolError

__all__ = ["Routes"]


class Routes:
    """The operations by method and path."""

    def __init__(self, operations: Iterable[Operation]) -> None:
        found = [(_pattern(operation.spec.path), operation) for operation in operations]
        self._routes = sorted(found, key=lambda route: route[1].spec.path.count("{"))  # "/me" before "/{id}"

    def find(self, method: str, path: str) -> tuple[Operation, dict[str, str]]:
        """The operation and what its path says.

        Raises:
            ToolError: when there is none.
        """
        fitting = [(operation, found) for pattern, operation in self._routes if (found := pattern.fullmatch(path))]
        for operation, found in fitting:
            if operation.spec.method == method:
                return operation, {_plain(name): unquote(value) for name, value in found.groupdict().items()}
        if fitting:
            raise ToolError("not_allowed", f"{path} does not take {method}")
        raise ToolError("not_found", f"there is nothing at {path[:200]}")


def _pattern(path: str) -> re.Pattern[str]:
    parts = re.split(r"\{([^}]*)\}", path)
    return re.compile(
        "".join(rf"(?P<{_group(part)}>[^/?#]+)" if place % 2 else re.escape(part) for place, part in enumerate(parts))
    )


def _group(name: str) -> str:
    return name.replace("-", "__dash__")


def _plain(group: str) -> str:
    return group.replace("__dash__", "-")
