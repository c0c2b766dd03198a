"""The names by which a server of this machine may be called."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Final
from urllib.parse import urlsplit

from wardian.serving.refusal import Refused
from wardian.simulator.asgi import Scope

__all__ = ["LOOPBACK", "check_host"]

LOOPBACK: Final = ("127.0.0.1", "localhost", "::1")
"""Names by which a server of this machine is called; a web page elsewhere would use its own."""


def check_host(scope: Scope, hosts: Sequence[str]) -> None:
    """A web page that a browser of this machine shows must not reach the server under the page's own name.

    Args:
        scope: of the request.
        hosts: the names that it may use; empty lets all in.

    Raises:
        Refused: when it uses another one.
    """
    host = dict(scope["headers"]).get(b"host", b"").decode("latin-1")
    if hosts and _name(host) not in hosts:
        raise Refused("wrong_host", f"this server is not called '{host[:100]}'", HTTPStatus.MISDIRECTED_REQUEST)


def _name(host: str) -> str | None:
    """Without the port; None when it is no host at all."""
    try:
        return urlsplit(f"//{host}").hostname
    except ValueError:  # an open bracket
        return None
