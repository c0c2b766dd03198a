"""The gateway does what its OpenAPI document says, whatever it is sent."""

from typing import Any

import hypothesis
import schemathesis
from support.gateways import Member, gateway_of

PAIR = {"pair": {"members": ["a", "b"], "scope": "every"}}
MEMBERS = [Member("a"), Member("b")]
OPEN = schemathesis.openapi.from_asgi("/openapi.json", gateway_of(MEMBERS, fusions=PAIR, hosts=()))
GUARDED = schemathesis.openapi.from_asgi(
    "/openapi.json", gateway_of(MEMBERS, fusions=PAIR, hosts=(), tokens=["letmein"])
)
FEW = hypothesis.settings(max_examples=40, deadline=None, derandomize=True)


@OPEN.parametrize()
@FEW
def test_whatever_is_sent_is_answered_as_described(case: schemathesis.Case[Any]) -> None:
    """Questions are put to somebody who is there: a name that nobody has is refused too soon."""
    if isinstance(case.body, dict):
        hypothesis.assume(not isinstance(case.body.get("tool_choice"), dict))  # a tool that nobody offers is refused
    if isinstance(case.body, dict) and isinstance(case.body.get("model"), str):
        case.body["model"] = "fusion/pair"
    case.call_and_validate()


@GUARDED.parametrize()
@hypothesis.settings(FEW, max_examples=10)
def test_nobody_comes_in_without_a_token(case: schemathesis.Case[Any]) -> None:
    reply = case.call_and_validate()
    assert reply.status_code in ({401, 405} if case.operation.definition.raw.get("security") else {200, 405})
