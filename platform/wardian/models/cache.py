"""The reply cache: answers that are kept, and given again without asking.

It stands outside of everything else that a model's client consists of, so a reply from the cache costs neither
money nor quota, and a replay needs neither key nor server.
"""

import asyncio
from typing import Final

from pydantic import ValidationError

from wardian.base.clients import ModelClient
from wardian.base.completion import Completion
from wardian.base.errors import Failure, ModelError
from wardian.base.messages import Request
from wardian.base.usage import CallTiming
from wardian.models.recorded import KEPT_FAILURES, RECORDED, Answered, Failed
from wardian.models.reply_key import ReplyKeys
from wardian.models.reply_store import ReplyStore

__all__ = ["RecordingClient", "ReplayClient"]

CUT_OFF: Final = Failed(failure=Failure(cause="cancelled", kind="cancelled", message="it was not waited for"))


class RecordingClient:
    """Keeps what `inner` answers, and that it did not.

    Args:
        inner: who is asked.
        keys: the names of its answers.
        store: where they are kept.
        reuse: give an answer that is there instead of asking, if it was a whole one.
    """

    def __init__(self, inner: ModelClient, keys: ReplyKeys, store: ReplyStore, *, reuse: bool) -> None:
        self.name = inner.name
        self._inner = inner
        self._keys = keys
        self._store = store
        self._reuse = reuse

    async def complete(self, request: Request) -> Completion:
        """The recorded answer, or a new one.

        Raises:
            ModelError: whatever `inner` raises.
            InfraError: when the answer cannot be written down.
        """
        key = self._keys.next(request)
        if not self._reuse:
            return await self._ask(key, request)
        async with self._store.alone(key):  # who asks the same meanwhile waits for that answer
            if (known := await _recorded(self._store, key)) is not None and known.whole:
                return known.from_cache()
            return await self._ask(key, request)

    async def _ask(self, key: bytes, request: Request) -> Completion:
        try:
            completion = await self._inner.complete(request)
        except ModelError as error:
            if error.cause in KEPT_FAILURES:
                self._keep(key, Failed.of(error))
            raise
        except asyncio.CancelledError:  # a fusion that is replayed does without this answer too
            self._keep(key, CUT_OFF)
            raise
        timing = CallTiming(total_s=completion.timing.total_s)
        self._keep(key, Answered(completion=completion.model_copy(update={"timing": timing})))
        return completion

    def _keep(self, key: bytes, reply: Answered | Failed) -> None:
        self._store.put(key, reply.model_dump_json().encode())


class ReplayClient:
    """Answers what was recorded and asks nobody.

    Args:
        name: the model's name in the pool.
        keys: the names of its answers.
        store: where they are kept.
    """

    def __init__(self, name: str, keys: ReplyKeys, store: ReplyStore) -> None:
        self.name = name
        self._keys = keys
        self._store = store

    async def complete(self, request: Request) -> Completion:
        """The recorded answer, exactly as it was.

        Raises:
            ModelError: the recorded one, or kind "cache_miss", which names the request.
        """
        key = self._keys.next(request)
        reply = await _recorded(self._store, key)
        if reply is None:
            raise ModelError("cache_miss", self._missed(request, key), cause="infra")
        return reply.from_cache()

    def _missed(self, request: Request, key: bytes) -> str:
        origin = request.origin
        who = "a request without origin" if origin is None else f"{origin.task} {origin.path}"
        return f"replay: '{self.name}' has no recorded reply to {who} (key {key.hex()}) in {self._store.folder}"


async def _recorded(store: ReplyStore, key: bytes) -> Answered | Failed | None:
    """What stands under `key`. Others get their turn first: an episode out of the cache waits for nothing else."""
    await asyncio.sleep(0)
    payload = store.get(key)
    try:
        return None if payload is None else RECORDED.validate_json(payload)
    except ValidationError:  # written by another version of Wardian
        return None
