"""Who is asked for what: from a chat completion request to the client that answers it."""

from collections.abc import Mapping

from wardian.base.clients import ModelClient
from wardian.base.clock import Clock
from wardian.base.completion import Completion
from wardian.fusion.opening import fused_client
from wardian.fusion.tariffs import UNKNOWN, Tariffs
from wardian.gateway.offers import check_offered
from wardian.gateway.plugin import NAME, panel_of
from wardian.gateway.question import Question
from wardian.specs.serving import ServeSpec

__all__ = ["Desk"]


class Desk:
    """Answers questions to the models that a gateway offers.

    Args:
        spec: what is offered.
        clients: everybody who can be asked, by name.
        clock: the time of panels.
        tariffs: what everybody takes.
    """

    def __init__(
        self, spec: ServeSpec, clients: Mapping[str, ModelClient], clock: Clock, tariffs: Tariffs = UNKNOWN
    ) -> None:
        self.spec = spec
        self._clients = clients
        self._clock = clock
        self._tariffs = tariffs

    def client(self, question: Question) -> ModelClient:
        """Who answers `question`.

        Raises:
            Refused: when nobody of that name is offered, or its panel cannot be.
        """
        if question.panel is not None:
            panel = panel_of(question, question.panel, self.spec)
            return fused_client(NAME, panel, self._clients, self._clock, self._tariffs, whole_panel=False)
        check_offered(question.model, self.spec)
        return self._clients[question.model]

    async def complete(self, question: Question) -> Completion:
        """The answer to `question`.

        Raises:
            ModelError: when there is none.
            Refused: as `client` does.
        """
        client = self.client(question)
        return await client.complete(question.request.model_copy(update={"model": client.name}))
