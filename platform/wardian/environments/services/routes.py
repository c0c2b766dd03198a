"""Which operation a request of HTTP means."""

import re
from collections.abc import Iterable
from urllib.parse import unquote

from wardian.environments.services.operation import NAME, Operation
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
                return operation, dict(zip(operation.in_path, map(unquote, found.groups()), strict=True))
        if fitting:
            raise ToolError("not_allowed", f"{path} does not take {method}")
        raise ToolError("not_found", f"there is nothing at {path[:200]}")


def _pattern(path: str) -> re.Pattern[str]:
    texts = NAME.split(path)[::2]
    return re.compile("([^/?#]+)".join(map(re.escape, texts)))
