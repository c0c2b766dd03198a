"""A provider before another one that writes down when it was asked what: for whoever checks that nothing is paid twice.

What it has written down is there at `/count` and `/answers`, for anybody who has the address.
"""

from collections.abc import Sequence
from typing import Final

from pydantic import TypeAdapter

from wardian.base.clock import Clock, SystemClock
from wardian.base.frozen import Frozen
from wardian.base.identity import digest
from wardian.simulator.asgi import Application, Event, Receive, Scope, Send
from wardian.simulator.bodies import again, whole_body
from wardian.simulator.replies import json_reply

__all__ = ["ANSWERS", "COUNT", "Answer", "Count", "CountingProvider", "read_answers"]

COUNT: Final = "/count"
ANSWERS: Final = "/answers"


class Answer(Frozen):
    """One answer: somebody pays for it from the moment when it was asked for.

    Args:
        step: what was asked, in which episode and where in it: `EPISODE/PATH/HASH`.
        asked_at: when, in seconds since the epoch.
        answered_at: when the answer was sent, whether anybody still heard it or not; None as long as it was not.
    """

    step: str
    asked_at: float
    answered_at: float | None = None

    @property
    def episode(self) -> str:
        """The key of the episode in which it was asked."""
        return self.step.partition("/")[0]


class Count(Frozen):
    """How many there are by now."""

    answers: int


ANSWERED: Final = TypeAdapter(tuple[Answer, ...])


class CountingProvider:
    """An ASGI application before another one. Only what that answers with 200 counts.

    Args:
        app: answers everything else.
        clock: the time.
    """

    def __init__(self, app: Application, clock: Clock | None = None) -> None:
        self._app = app
        self._clock = clock or SystemClock()
        self._answers: dict[int, Answer] = {}
        self._asked = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one HTTP request."""
        if scope["path"] == COUNT:
            await json_reply({"answers": len(self._answers)}).send(send)
        elif scope["path"] == ANSWERS:
            await json_reply(ANSWERED.dump_python(tuple(self._answers.values()), mode="json")).send(send)
        elif scope["method"] == "POST":
            await self._counted(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _counted(self, scope: Scope, receive: Receive, send: Send) -> None:
        body = await whole_body(receive)
        headers = dict(scope["headers"])
        place = b"/".join((headers.get(b"x-wardian-episode", b""), headers.get(b"x-wardian-step", b"")))
        step = f"{place.decode('latin-1')}/{digest(body)}"
        self._asked += 1
        number, answer = self._asked, Answer(step=step, asked_at=self._clock.now())
        self._answers[number] = answer

        async def noted(event: Event) -> None:
            if event["type"] == "http.response.start":
                if event["status"] == 200:
                    self._answers[number] = answer.model_copy(update={"answered_at": self._clock.now()})
                else:
                    del self._answers[number]
            await send(event)

        await self._app(scope, again(body), noted)


def read_answers(body: bytes) -> Sequence[Answer]:
    """What stands at `/answers`."""
    return ANSWERED.validate_json(body)
