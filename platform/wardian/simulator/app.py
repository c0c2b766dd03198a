"""The simulated provider as a bare ASGI application: OpenAI's chat completions, no framework."""

import math
from collections.abc import Mapping
from functools import lru_cache, partial
from hmac import compare_digest
from http import HTTPMethod, HTTPStatus
from typing import Final

from pydantic import ValidationError

from wardian.base.clock import Clock, SystemClock
from wardian.base.frozen import first_problem
from wardian.simulator.asgi import Receive, Scope, Send
from wardian.simulator.asker import Asker
from wardian.simulator.bodies import TooLarge, whole_body
from wardian.simulator.conversation import Conversation, words_about_tools
from wardian.simulator.limits import Lane
from wardian.simulator.model import SimulatedModel
from wardian.simulator.playbook import Playbook
from wardian.simulator.replies import Completed, Rejection, Reply, json_reply, tokens
from wardian.simulator.script import Script
from wardian.specs.models import SimulatorServer

__all__ = ["SimulatorApp"]

RequestHeaders = Mapping[bytes, bytes]

MOST_BYTES: Final = 16 * 2**20
CACHED_SCRIPTS: Final = 4096
METHODS: Final = {"/v1/chat/completions": HTTPMethod.POST, "/v1/models": HTTPMethod.GET, "/health": HTTPMethod.GET}


class SimulatorApp:
    """Serves the models of `spec`.

    Args:
        spec: the models and their skills.
        playbook: how tasks are solved.
        clock: the time of rate limits and latencies; by default the machine's.
        key: the one API key that is let in; None lets everybody in.
    """

    def __init__(
        self, spec: SimulatorServer, playbook: Playbook, *, clock: Clock | None = None, key: str | None = None
    ) -> None:
        self._models = {name: SimulatedModel(name, skill, spec.seed) for name, skill in spec.skills.items()}
        self._playbook = playbook
        self._clock = clock or SystemClock()
        self._authorization = None if key is None else f"Bearer {key}".encode()
        self._lanes: dict[tuple[bytes, str], Lane] = {}
        self._script = lru_cache(maxsize=CACHED_SCRIPTS)(self._prepared)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one HTTP request."""
        if scope["type"] != "http":
            raise NotImplementedError(f"the simulator speaks HTTP only, not {scope['type']}")
        try:
            reply = await self._reply(scope, receive)
        except Rejection as rejection:
            reply = rejection.reply
        await reply.send(send)

    async def _reply(self, scope: Scope, receive: Receive) -> Reply:
        path = scope["path"]
        _check_route(path, scope["method"])
        if path == "/health":
            return json_reply({"status": "ok", "simulated": True})
        headers = dict(scope["headers"])
        self._check_key(headers)
        return self._listed() if path == "/v1/models" else await self._completed(headers, await _body(receive))

    async def _completed(self, headers: RequestHeaders, body: bytes) -> Reply:
        conversation = _read(body)
        model = self._model(conversation.model)
        prompt_tokens = tokens(len(body))
        lane = self._admitted(headers, model, prompt_tokens)
        asker = Asker.of(headers)
        script = self._script(headers.get(b"x-wardian-task"))
        message, seconds = model.answer(conversation, script, asker, partial(words_about_tools, body))
        lane.answered(tokens(len(message.wire)))
        if seconds > 0:
            await self._clock.sleep(seconds)
        name = f"sim-{asker.episode or 'chat'}-{len(conversation.messages)}"
        head = {"id": name, "created": int(self._clock.now()), "model": model.name}
        answer = Completed(head, message, prompt_tokens)
        if conversation.stream:
            return answer.streamed(lane.headers(), counted=conversation.counts)
        return answer.whole(lane.headers())

    def _admitted(self, headers: RequestHeaders, model: SimulatedModel, prompt_tokens: int) -> Lane:
        """The lane of the caller, when it may pass."""
        now = self._clock.monotonic()
        place = (headers.get(b"authorization", b""), model.name)
        lane = self._lanes.get(place) or self._lanes.setdefault(place, Lane(model.spec, now))
        wait = lane.admit(prompt_tokens, now)
        if wait > 0:
            told = [(b"retry-after", b"%d" % math.ceil(wait)), (b"retry-after-ms", b"%d" % math.ceil(wait * 1000))]
            message = f"Rate limit reached for {model.name}. Please try again in {wait:.3f}s."
            raise Rejection(HTTPStatus.TOO_MANY_REQUESTS, "rate_limit_exceeded", message, [*told, *lane.headers()])
        return lane

    def _check_key(self, headers: RequestHeaders) -> None:
        given = headers.get(b"authorization", b"")
        if self._authorization is not None and not compare_digest(given, self._authorization):
            raise Rejection(HTTPStatus.UNAUTHORIZED, "invalid_api_key", "Incorrect API key provided.")

    def _model(self, name: str) -> SimulatedModel:
        model = self._models.get(name)
        if model is None:
            message = f"The model '{name}' does not exist; this simulator has {', '.join(self._models) or 'no other'}."
            raise Rejection(HTTPStatus.NOT_FOUND, "model_not_found", message)
        return model

    def _prepared(self, header: bytes | None) -> Script | None:
        """The script of the task that the header names; None for those who talk to the simulator by hand."""
        if header is None:
            return None
        task = header.decode("utf-8", "replace")
        messages = self._playbook.script(task)
        if messages is None:
            raise Rejection(HTTPStatus.BAD_REQUEST, "unknown_task", f"The simulator knows no task '{task}'.")
        return Script(messages)

    def _listed(self) -> Reply:
        models = [{"id": name, "object": "model", "created": 0, "owned_by": "simulator"} for name in self._models]
        return json_reply({"object": "list", "data": models})


def _check_route(path: str, method: str) -> None:
    allowed = METHODS.get(path)
    if allowed is None:
        raise Rejection(HTTPStatus.NOT_FOUND, "unknown_url", f"There is nothing at {path}.")
    if method != allowed:
        message = f"{path} takes {allowed}, not {method}."
        raise Rejection(HTTPStatus.METHOD_NOT_ALLOWED, "method_not_allowed", message, [(b"allow", allowed.encode())])


async def _body(receive: Receive) -> bytes:
    try:
        return await whole_body(receive, MOST_BYTES)
    except TooLarge:
        message = f"A request must not be larger than {MOST_BYTES // 2**20} MB."
        raise Rejection(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "too_large", message) from None


def _read(body: bytes) -> Conversation:
    try:
        return Conversation.model_validate_json(body)
    except ValidationError as error:
        raise Rejection(HTTPStatus.BAD_REQUEST, "invalid_request", first_problem(error, "body")) from None
