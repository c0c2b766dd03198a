"""How good one answer is, as a number from 0 to 1."""

import re
from dataclasses import replace
from typing import Final

from wardian.base.frozen import JsonValue
from wardian.base.fused import Answer, AnswerRole
from wardian.base.messages import Message, Request, ResponseSchema
from wardian.fusion.call import FusionCall
from wardian.fusion.judging.ladder import Ladder
from wardian.fusion.judging.lineup import line_up
from wardian.fusion.judging.questions import bounded, candidates, conversation, instructed
from wardian.fusion.seats import Seat
from wardian.models.lenient import as_fraction
from wardian.specs.fusion.judge import JudgeSpec

__all__ = ["Scorer"]

SCORE: Final = """\
You say how likely it is that an answer to a conversation is right: 1 if you have checked it and found no mistake, 0 \
if you have found one that matters, something between where you cannot tell. Length, style and confidence are no \
merits. A tool call is right if it is the right next step, with the right arguments."""
ANSWER: Final = 'Answer with nothing but a JSON object with one key: "score", a number from 0 to 1.'
SHAPE: Final = ResponseSchema(
    name="score",
    json_schema={
        "type": "object",
        "properties": {"score": {"type": "number"}},
        "required": ["score"],
        "additionalProperties": False,
    },
)
NUMBER: Final = re.compile(r"(?<![\w.])(?:0(?:\.\d+)?|1(?:\.0+)?)(?![\w.]*\d)")
MOST_CHARACTERS: Final = 4_000


class Scorer:
    """Asks for scores.

    Args:
        spec: what the config says of who scores.
        seed: decides the marks around untrusted text.
        role: what for.
    """

    def __init__(self, spec: JudgeSpec, seed: int, role: AnswerRole) -> None:
        self._spec = spec
        self._seed = seed
        self._ladder = Ladder(shape=SHAPE, read=_read, guess=_guess, repair=spec.repair, role=role)

    async def score(self, call: FusionCall, seat: Seat, answer: Answer) -> float | None:
        """What the one on `seat` thinks of `answer`; None when that cannot be told, and the result says why.

        Raises:
            ModelError: as `FusionCall.check` does.
        """
        place = replace(seat, name=f"{seat.name}/score{answer.round}", path=f"{seat.path}/score{answer.round}")
        heard = await self._ladder.climb(call, place, self._question(call.request, answer))
        call.check()
        if heard.value is None and heard.trouble:
            call.degrade(heard.trouble)
        return heard.value

    def _question(self, request: Request, answer: Answer) -> Request:
        lineup = line_up([answer], self._spec, self._seed)
        user = "\n\n".join((conversation(request, lineup, self._seed), candidates(lineup), ANSWER))
        messages = Message(role="system", content=instructed(SCORE, self._spec)), Message(role="user", content=user)
        return Request(
            model=request.model,
            messages=messages,
            sampling=bounded(request),
            response_schema=SHAPE,
            origin=request.origin,
        )


def _read(value: JsonValue) -> float | None:
    return as_fraction(value.get("score")) if isinstance(value, dict) else None


def _guess(text: str) -> float | None:
    """The only number from 0 to 1 in plain words."""
    found = set(NUMBER.findall(text[-MOST_CHARACTERS:]))
    return float(found.pop()) if len(found) == 1 else None
