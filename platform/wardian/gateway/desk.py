"""Who is asked for what: from a chat completion request to the client that answers it."""

from collections.abc import Mapping
from dataclasses import dataclass
from secrets import token_hex

from wardian.base.clients import ModelClient
from wardian.base.clock import Clock
from wardian.base.completion import Completion
from wardian.base.deadline import Stopwatch
from wardian.base.messages import Origin
from wardian.base.usage import Usage
from wardian.fusion.bill import Bill
from wardian.fusion.opening import fused_client
from wardian.fusion.tariffs import UNKNOWN, Tariffs
from wardian.gateway.offers import check_offered
from wardian.gateway.plugin import NAME, panel_of
from wardian.gateway.question import Question
from wardian.specs.fusion.budget import FusionBudget
from wardian.specs.serving import ServeSpec

__all__ = ["Desk", "Inquiry"]


@dataclass(frozen=True, slots=True)
class Inquiry:
    """A question, and who answers it."""

    question: Question
    client: ModelClient
    origin: Origin

    async def complete(self) -> Completion:
        """The answer.

        Raises:
            ModelError: when there is none.
        """
        said = {"model": self.client.name, "origin": self.origin}
        return await self.client.complete(self.question.request.model_copy(update=said))


class Desk:
    """Finds who of the models that a gateway offers answers a question.

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

    def inquiry(self, question: Question) -> Inquiry:
        """`question` with who answers it.

        Raises:
            Refused: when nobody of that name is offered, or its panel cannot be.
        """
        return Inquiry(question, self._client(question), self._origin())

    def cut_off(self, inquiry: Inquiry) -> tuple[Usage, float | None]:
        """What a call of one model took that nobody waits for any more: an estimate, as for a fusion's members."""
        stopwatch = inquiry.origin.stopwatch
        if stopwatch is None or stopwatch.held:  # it still waits for a rate limit, and was never sent
            return Usage(), 0.0
        bill = Bill(FusionBudget(), self._tariffs)
        return bill.cut_off(inquiry.client.name, inquiry.question.request, stopwatch.read())

    def _origin(self) -> Origin:
        """Whoever asks first is first in every line, and waits there at no deadline's cost."""
        began_at, stopwatch = self._clock.monotonic(), Stopwatch(self._clock)
        return Origin(episode=token_hex(12), task="", path="gateway", began_at=began_at, stopwatch=stopwatch)

    def _client(self, question: Question) -> ModelClient:
        if question.panel is not None:
            panel = panel_of(question, question.panel, self.spec)
            return fused_client(NAME, panel, self._clients, self._clock, self._tariffs, whole_panel=False)
        check_offered(question.model, self.spec)
        return self._clients[question.model]
