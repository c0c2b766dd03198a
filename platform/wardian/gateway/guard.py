"""Who is let in."""

from collections.abc import Iterable, Mapping, Sequence
from hmac import compare_digest
from http import HTTPStatus

from wardian.base.errors import CredentialError
from wardian.serving.hosts import LOOPBACK, check_host
from wardian.serving.refusal import Refused
from wardian.simulator.asgi import Scope
from wardian.specs.gateway import GatewaySpec, is_loopback
from wardian.specs.secrets import SENDABLE

__all__ = ["Guard"]


class Guard:
    """Lets in who has one of the tokens, and calls the server by one of its names.

    Args:
        tokens: bearer tokens; none lets everybody in.
        hosts: the names that a request may call it by; empty lets all in.
    """

    def __init__(self, tokens: Iterable[str] = (), hosts: Sequence[str] = ()) -> None:
        self._hosts = hosts
        self._known = tuple(f"Bearer {token}".encode() for token in tokens)

    @classmethod
    def of(cls, spec: GatewaySpec, environ: Mapping[str, str]) -> "Guard":
        """The guard of a gateway, with its tokens out of `environ`.

        Raises:
            CredentialError: naming the variable that holds none, never its value.
        """
        tokens = [_token(place, name, environ) for place, name in enumerate(spec.tokens)]
        # A web page could call a server of this machine, but only by the page's own name.
        return cls(tokens, LOOPBACK if is_loopback(spec.host) else ())

    @property
    def asks(self) -> bool:
        """Whether a token is needed."""
        return bool(self._known)

    def check_host(self, scope: Scope) -> None:
        """Raises `Refused` for a request under another server's name."""
        check_host(scope, self._hosts)

    def check_token(self, scope: Scope) -> None:
        """Raises `Refused` for a request without a token, or with a wrong one."""
        given = dict(scope["headers"]).get(b"authorization", b"")
        matches = [compare_digest(given, known) for known in self._known]  # all of them: time tells nothing
        if self._known and True not in matches:
            raise Refused("invalid_api_key", "Authorization: Bearer TOKEN is needed", HTTPStatus.UNAUTHORIZED)


def _token(place: int, name: str, environ: Mapping[str, str]) -> str:
    token = environ.get(name, "").strip()
    if not SENDABLE.fullmatch(token):
        state = "holds characters that no token has" if token else "is not set"
        raise CredentialError(f"gateway.tokens.{place}: the environment variable '{name}' {state}")
    return token
