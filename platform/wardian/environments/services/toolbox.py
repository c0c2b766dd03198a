"""The tools of a world as a service offers them."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any

import orjson

from wardian.base.messages import ToolCall, ToolSchema
from wardian.environments.observation import Observation, refusal
from wardian.environments.services.http import HTTP_REQUEST, Asked, asked, response
from wardian.environments.services.ledger import Ledger
from wardian.environments.services.operation import Operation
from wardian.environments.services.service import WAIT, Service
from wardian.environments.tool import Actor, BadArguments, ToolError
from wardian.environments.toolbox import Toolbox

__all__ = ["ServiceToolbox"]


class ServiceToolbox(Toolbox):
    """Calls the tools of `inner` for callers who bring a credential, stay below a limit and may repeat themselves.

    Errors have typed codes: `unauthorized`, `rate_limited`, `conflict` (a key of another request), and those of the
    tools. Time passes with each call (`latency_s`), and with the tool `wait`, which is there when calls are limited.

    Args:
        inner: the world's own tools.
        service: around them.
    """

    def __init__(self, inner: Toolbox, service: Service) -> None:
        super().__init__(inner.state)
        self._inner = inner
        self._service = service
        self._spec = service.spec
        self._ledger = Ledger(inner.state)

    def schemas(self) -> tuple[ToolSchema, ...]:
        """What the service offers."""
        return self._service.schemas

    def meant(self, call: ToolCall) -> str:
        """The operation that a request is about."""
        if call.name == HTTP_REQUEST.name and self._spec.interface == "http":
            with suppress(ToolError):
                return self._routed(call)[0].name
        return call.name

    def is_write(self, name: str) -> bool:
        """Whether there is a tool called `name` that may change the world."""
        return self._inner.is_write(name)

    def call(self, call: ToolCall, actor: Actor = "agent") -> Observation:
        """Execute a raw call. The service stands before the agent; the user's own tools are beside it."""
        if actor == "user":
            return self._inner.call(call, actor)
        if call.name == WAIT.name and self._service.waits:
            return self._observed(lambda: self._wait(call))
        if call.name == HTTP_REQUEST.name and self._spec.interface == "http":
            return self._requested(call)
        if call.name in self._service.operations:
            return self._observed(lambda: self._operated(self._service.operations[call.name], call))
        return self._inner.call(call)

    def _operated(self, operation: Operation, call: ToolCall) -> Observation:
        if self._spec.interface == "http":
            raise ToolError("unknown_tool", f"there is no tool '{call.name}'; send a request with {HTTP_REQUEST.name}")
        return self._serve(operation, _parsed(call.arguments), call.id)

    def _requested(self, call: ToolCall) -> Observation:
        """A request of HTTP."""
        try:
            operation, request, in_path = self._routed(call)
        except ToolError as error:
            return response(refusal(error.code, error.message))
        arguments = self._arguments(operation, request, in_path)
        return response(self._observed(lambda: self._serve(operation, arguments, call.id)), operation.spec.status)

    def _routed(self, call: ToolCall) -> tuple[Operation, Asked, dict[str, str]]:
        """The operation, the request, and what its path says.

        Raises:
            ToolError: when it is about nothing that there is.
        """
        request = asked(_parsed(call.arguments))
        operation, in_path = self._service.routes.find(request.method, request.path)
        return operation, request, in_path

    def _arguments(self, operation: Operation, request: Asked, in_path: Mapping[str, str]) -> dict[str, Any]:
        """All that a request says, as arguments of its operation; texts of path and query become what they must be."""
        properties: Any = operation.schema.parameters.get("properties") or {}
        texts = {**request.query, **in_path}
        typed = {name: _typed(value, properties.get(name) or {}) for name, value in texts.items()}
        headers = {name.lower().replace("-", "_"): value for name, value in request.headers.items()}
        special = {self._spec.credential: headers.get(self._spec.credential)}
        if (key := operation.spec.idempotency) is not None:
            special[key] = headers.get(key.lower().replace("-", "_"))
        return {**request.body, **typed, **{name: value for name, value in special.items() if value is not None}}

    def _serve(self, operation: Operation, arguments: dict[str, Any], call_id: str) -> Observation:
        credential = arguments.pop(self._spec.credential, None) if self._spec.authorization else None
        if self._spec.latency_s:
            self._ledger.pass_time(self._spec.latency_s)
        if self._spec.authorization and credential != self._spec.authorization:
            raise ToolError("unauthorized", f"the header {self._spec.header} holds no valid credential")
        if self._spec.rate is not None:
            self._ledger.admit(self._spec.rate)
        before = self.state.drain()
        key = arguments.pop(operation.spec.idempotency, None) if operation.spec.idempotency else None
        if key is None:
            observation = operation.call(self._inner, arguments, call_id)
        else:
            observation = self._once(operation, key, arguments, call_id)
        return observation.model_copy(update={"changes": (*before, *observation.changes)})

    def _once(self, operation: Operation, key: Any, arguments: dict[str, Any], call_id: str) -> Observation:
        """The call, unless it was made under this key before."""
        if not isinstance(key, str) or not key:
            raise BadArguments(f"{operation.spec.idempotency}: must be a text")
        request = orjson.dumps(arguments, option=orjson.OPT_SORT_KEYS).decode()
        known = self._ledger.answer(operation.name, key, request)
        if known is not None:
            return Observation(text=known, writes=True)
        observation = operation.call(self._inner, arguments, call_id)
        if observation.error is None:
            self._ledger.keep(operation.name, key, request, observation.text)
        return observation

    def _wait(self, call: ToolCall) -> Observation:
        seconds = _parsed(call.arguments).get("seconds")
        if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not 0 <= seconds <= 86_400:
            raise BadArguments("seconds: must be a number from 0 to 86400")
        self._ledger.pass_time(seconds)
        return Observation(text=orjson.dumps({"now": self.clock.now().isoformat()}).decode(), writes=True)

    def _observed(self, serve: Callable[[], Observation]) -> Observation:
        """What `serve` gives, or the refusal that it raises, with all that was changed on the way."""
        try:
            observation = serve()
        except ToolError as error:
            observation = refusal(error.code, error.message)
        return observation.model_copy(update={"changes": (*observation.changes, *self.state.drain())})


def _parsed(arguments: str) -> dict[str, Any]:
    parsed: Any = None
    with suppress(orjson.JSONDecodeError):
        parsed = orjson.loads(arguments or "{}")
    if not isinstance(parsed, dict):
        raise BadArguments("arguments: must be a JSON object")
    return parsed


def _typed(value: Any, schema: Mapping[str, Any]) -> Any:
    """A text of a path or query as the number or truth value that the schema asks for."""
    types: Sequence[Any] = [schema.get("type"), *(each.get("type") for each in schema.get("anyOf") or ())]
    if isinstance(value, str) and {"integer", "number", "boolean"} & set(types):
        with suppress(orjson.JSONDecodeError):
            return orjson.loads(value)
    return value
