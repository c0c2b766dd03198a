"""One model at an endpoint, asked once."""

from wardian.base.completion import Completion
from wardian.base.messages import Message, Origin, Request, Thoughts
from wardian.models.dialects.chat import ChatDialect
from wardian.models.dialects.dialect import Dialect
from wardian.models.encoding import BYTES_PER_TOKEN
from wardian.models.endpoint import Endpoint
from wardian.models.pricing import cost_usd
from wardian.models.redaction import Redactor
from wardian.models.refusal import Refusal, refusal
from wardian.models.reply import Reply, Unreadable
from wardian.models.wire import RawReply, Wire
from wardian.specs.endpoints import PriceSpec

__all__ = ["ChatClient"]


class ChatClient:
    """Asks one endpoint in its own dialect. Retries, rate limits and deadlines are wrappers around it.

    Args:
        name: the name of the model in the pool, or of one of its places: `MODEL#DEPLOYMENT`.
        endpoint: where it answers.
        wire: how to get there.
        dialect: how it wants to be asked; by default with chat completions.
        key: the API key, which goes into the dialect's header for it and nowhere else.
        price: what it charges, for providers that do not say what a call cost.
    """

    def __init__(
        self,
        name: str,
        endpoint: Endpoint,
        wire: Wire,
        *,
        dialect: Dialect | None = None,
        key: str | None = None,
        price: PriceSpec | None = None,
    ) -> None:
        self.name = name
        self._model, _, self._deployment = name.partition("#")
        self.endpoint = endpoint
        self._wire = wire
        self._dialect = dialect or ChatDialect()
        self._price = price
        self._source = endpoint.source
        self._redact = Redactor(key)
        self._url = endpoint.at(self._dialect.path)
        self._headers = {**self._dialect.headers(key), "content-type": "application/json"}

    async def complete(self, request: Request) -> Completion:
        """Ask once.

        Raises:
            Refusal: for everything that is no answer.
        """
        body = self._dialect.encode(self._with_own_thoughts(request), self.endpoint.model)
        headers = self._headers_for(request.origin)
        raw = await self._wire.send("POST", self._url, headers, body)
        if not raw.ok:
            raise self._refused(raw, raw.status)
        return self._completion(self._read(raw, turn=len(request.messages), sent=len(body)))

    def _with_own_thoughts(self, request: Request) -> Request:
        """Without what others thought: a fusion shows its members what one of them said."""
        thoughts = [message.thoughts for message in request.messages if message.thoughts is not None]
        if all(each.source == self._source for each in thoughts):
            return request
        return request.model_copy(update={"messages": tuple(map(self._without_others, request.messages))})

    def _without_others(self, message: Message) -> Message:
        if message.thoughts is None or message.thoughts.source == self._source:
            return message
        return message.model_copy(update={"thoughts": None})

    def _headers_for(self, origin: Origin | None) -> dict[str, str]:
        if origin is None or not origin.task or not self.endpoint.simulated:
            return self._headers
        said = {"x-wardian-task": origin.task, "x-wardian-episode": origin.episode, "x-wardian-step": origin.path}
        return {**self._headers, **said}

    def _read(self, raw: RawReply, *, turn: int, sent: int) -> Reply:
        try:
            return self._dialect.read(raw.body, turn=turn, prompt_tokens=sent // BYTES_PER_TOKEN)
        except Unreadable as problem:
            if problem.status is not None:
                raise self._refused(raw, problem.status, answered=True) from None
            excerpt = self._redact.excerpt(raw.body)
            raise Refusal("bad_reply", f"{self._url}: {problem}: {excerpt}", status=raw.status) from None

    def _refused(self, raw: RawReply, status: int, *, answered: bool = False) -> Refusal:
        return refusal(status, raw.headers, self._redact.excerpt(raw.body), self._url, answered=answered)

    def _completion(self, reply: Reply) -> Completion:
        charged = reply.cost_usd
        return Completion(
            message=self._said(reply),
            finish=reply.finish,
            model=self._model,
            deployment=self._deployment,
            usage=reply.usage,
            cost_usd=cost_usd(self._price, reply.usage) if charged is None else charged,
            simulated=self.endpoint.simulated,
        )

    def _said(self, reply: Reply) -> Message:
        if reply.thoughts is None:
            return reply.message
        return reply.message.model_copy(update={"thoughts": Thoughts(source=self._source, body=reply.thoughts)})
