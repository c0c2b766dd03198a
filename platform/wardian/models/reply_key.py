"""The key of a recorded reply: everything that decides which answer a question gets."""

from collections import Counter
from hashlib import blake2b
from typing import Final
from weakref import WeakKeyDictionary

import orjson

from wardian.base.frozen import JsonObject
from wardian.base.identity import canonical_json
from wardian.base.messages import Origin, Request
from wardian.models.segment import KEY_BYTES
from wardian.specs.endpoints import EndpointSpec
from wardian.specs.models import ModelSpec, ServerSpec

__all__ = ["ReplyKeys", "answering"]

NOT_DECISIVE: Final = {
    "api_key_env",
    "rpm",
    "tpm",
    "price",
    "timeout_s",
    "idle_s",
    "max_retries",
    "stream",
    "stall_s",
    "server",
    "deployments",
    "data",
    "hedge",
    "promises",
}
"""What of a model's config does not change its answers. Keys that come later do until somebody says otherwise."""
ELSEWHERE: Final = {"messages", "tools", "origin", "model"}
"""What of a request goes into the key by itself."""


def answering(name: str, model: ModelSpec, server: ServerSpec | None) -> bytes:
    """Who answers under `name`, so far as it decides what is answered. Of a simulator, the one skill that is asked.

    Of several places the first one speaks for all: they answer as the same model.
    """
    first = model.places(name)[0]
    asked = first.asked
    place = None if server is None else server.model_dump(mode="json", exclude_defaults=True)
    if place is not None and "skills" in place:
        place["skills"] = place["skills"].get(asked)
    return canonical_json([name, asked, _decisive(first.spec) | _decisive(model), place])


def _decisive(model: EndpointSpec) -> JsonObject:
    """Without what has its default, so that keys stay when Wardian learns another one."""
    return model.model_dump(mode="json", exclude=NOT_DECISIVE, exclude_defaults=True)


class ReplyKeys:
    """Keys for the questions to one model.

    A key covers the model, the whole request, and which draw of the answer this is: the sample of the episode, the
    place in it, and how many equal questions were asked there before (a panel may ask the same model twice).
    Questions without an origin are all the same draw.

    Args:
        model: who answers (`answering`).
    """

    def __init__(self, model: bytes) -> None:
        self._model = model
        # An origin lives as long as its turn, and so does the count.
        self._asked: WeakKeyDictionary[Origin, Counter[bytes]] = WeakKeyDictionary()

    def next(self, request: Request) -> bytes:
        """The key of `request`, which is about to be asked."""
        question, origin = self._question(request), request.origin
        if origin is None:
            return question
        asked = self._asked.setdefault(origin, Counter())
        draw = orjson.dumps([origin.sample or origin.episode, origin.path, asked[question]])
        asked[question] += 1
        return blake2b(question + draw, digest_size=KEY_BYTES).digest()

    def _question(self, request: Request) -> bytes:
        """Hash of model and request. JSON values end where they end, so they need nothing in between."""
        content = blake2b(self._model, digest_size=KEY_BYTES)
        for message in request.messages:
            content.update(message.wire)
            if message.reasoning is not None:
                content.update(orjson.dumps(message.reasoning))
            if message.thoughts is not None:
                content.update(message.thoughts.body.encode())
        for tool in request.tools:
            content.update(tool.wire)
        content.update(request.model_dump_json(exclude=ELSEWHERE, exclude_defaults=True).encode())
        return content.digest()
