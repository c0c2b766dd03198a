"""Who is asked for what: from a chat completion request to the client that answers it."""

from collections.abc import Mapping
from http import HTTPStatus

from wardian.base.clients import ModelClient
from wardian.base.clock import Clock
from wardian.base.completion import Completion
from wardian.fusion.opening import fused_client
from wardian.gateway.plugin import NAME, panel_of
from wardian.gateway.question import Question
from wardian.serving.refusal import Refused
from wardian.specs.names import nearest
from wardian.specs.serving import ServeSpec

__all__ = ["Desk"]


class Desk:
    """Answers questions to the models that a gateway offers.

    Args:
        spec: what is offered.
        clients: everybody who can be asked, by name.
        clock: the time of panels.
    """

    def __init__(self, spec: ServeSpec, clients: Mapping[str, ModelClient], clock: Clock) -> None:
        self.spec = spec
        self._clients = clients
        self._clock = clock

    def client(self, question: Question) -> ModelClient:
        """Who answers `question`.

        Raises:
            Refused: when nobody of that name is offered, or its panel cannot be.
        """
        if question.panel is not None:
            panel = panel_of(question, question.panel, self.spec)
            return fused_client(NAME, panel, self._clients, self._clock)
        self.check(question.model)
        return self._clients[question.model]

    def check(self, model: str) -> None:
        """Make sure that `model` is offered.

        Raises:
            Refused: when it is not.
        """
        if model not in self.spec.offered:
            hint = nearest(model, self.spec.offered)
            raise Refused("model_not_found", f"there is no model '{model[:100]}'; {hint}", HTTPStatus.NOT_FOUND)

    async def complete(self, question: Question) -> Completion:
        """The answer to `question`.

        Raises:
            ModelError: when there is none.
            Refused: as `client` does.
        """
        client = self.client(question)
        return await client.complete(question.request.model_copy(update={"model": client.name}))
