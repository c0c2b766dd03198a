"""Why a store has not got everything: in a line, without the store's password."""

from wardian.base.errors import Failure
from wardian.tracking.mlflow_store import shown

__all__ = ["Shortfall"]


class Shortfall:
    """What went wrong last with the store at `uri`.

    Args:
        uri: maybe with a password, which goes nowhere else.
    """

    def __init__(self, uri: str) -> None:
        self._uri = uri
        self.store = shown(uri)
        """The address that may be shown."""
        self._why = ""

    def failed(self, failure: Failure) -> None:
        """Keep why something did not arrive."""
        lines = failure.message.replace(self._uri, self.store).splitlines() or [failure.kind]
        self.late(lines[0][:300])

    def late(self, why: str) -> None:
        """Keep why something did not arrive, in a few words."""
        self._why = why

    def line(self, what: str, argument: str) -> str:
        """What is missing of a `what`, and how to bring it, for commands that take `argument` for it."""
        sync = f"`wardian sync {argument}` delivers it"
        return f"MLflow at {self.store} misses a part of this {what} ({self._why}); {sync}"
