"""What a world says of its service: how its tools are reached."""

from typing import Annotated, Literal

from pydantic import Field

from wardian.base.frozen import Frozen
from wardian.environments.services.wire import PATH, Wire
from wardian.specs.names import Identifier

__all__ = ["Method", "OperationSpec", "PageSpec", "RateSpec", "ServiceSpec"]

Method = Literal["GET", "POST", "PUT", "PATCH", "DELETE"]


class PageSpec(Frozen):
    """How a list is given in pages.

    Args:
        size: the argument that says how many entries.
        cursor: the argument that says where to go on.
        items: the field of the answer that holds the entries.
        next: the field that holds the next cursor, null on the last page.
        default: entries of a page when nobody says how many.
        most: entries of a page at most.
    """

    size: Wire = "limit"
    cursor: Wire = "cursor"
    items: Wire = "items"
    next: Wire = "next_cursor"
    default: Annotated[int, Field(ge=1)] = 20
    most: Annotated[int, Field(ge=1)] = 100


class RateSpec(Frozen):
    """So many calls within so many seconds of the virtual clock, counted from the first of them."""

    calls: Annotated[int, Field(ge=1)]
    per_s: Annotated[float, Field(gt=0)]


class OperationSpec(Frozen):
    """One tool as an operation of the service.

    Args:
        method: of HTTP.
        path: of HTTP, such as "/parcels/{id}"; what stands in braces are arguments.
        arguments: by the name that callers use, the tool's own; others are called alike.
        idempotency: the argument with a key that makes a repeated call do nothing anew; none without it.
        pages: for a tool that gives a list.
        only: the one field that is the whole answer; a text in it is given as it stands.
        status: of HTTP, when it succeeds.
    """

    method: Method
    path: Annotated[str, Field(pattern=f"^{PATH}$")]
    arguments: dict[Wire, Identifier] = {}
    idempotency: Wire | None = None
    pages: PageSpec | None = None
    only: Identifier | None = None
    status: Annotated[int, Field(ge=200, lt=300)] = 200


class ServiceSpec(Frozen):
    """A service in front of a world's tools.

    Args:
        operations: by the name of the tool. Tools without one are no part of the service: they are called as they are.
        interface: `operations` offers each of them as a tool, `http` one tool, `http_request`, for all.
        authorization: the credential that every call must bring; none is asked for when it is empty.
        header: in which it comes.
        rate: how many calls are served; all, when it is not said.
        latency_s: virtual seconds that each call takes.
        fields: by the name of a column, what callers call it.
    """

    operations: Annotated[dict[Identifier, OperationSpec], Field(min_length=1)]
    interface: Literal["operations", "http"] = "operations"
    authorization: str = ""
    header: Wire = "Authorization"
    rate: RateSpec | None = None
    latency_s: Annotated[float, Field(ge=0)] = 0.0
    fields: dict[Identifier, Wire] = {}

    @property
    def credential(self) -> str:
        """The argument of an operation that holds the credential."""
        return self.header.lower().replace("-", "_")
