"""A new answer, written out of several."""

import re
from dataclasses import dataclass, replace
from typing import Final, Literal

import orjson

from wardian.base.analysis import Analysis
from wardian.base.fused import Answer
from wardian.base.messages import Message, Request
from wardian.fusion.call import FusionCall
from wardian.fusion.judging.judge import Judge
from wardian.fusion.judging.lineup import Lineup
from wardian.fusion.judging.questions import block, candidates, conversation, instructed
from wardian.fusion.seats import Seat
from wardian.fusion.shapes import misfit_of_text
from wardian.fusion.verifiers import Verifiers

__all__ = ["Draft", "Fault", "Writer"]

TASK: Final = """\
Several assistants answered the same conversation. Write the one answer that is given.
Where they contradict each other, decide by evidence and by your own check, not by how many say so: one may be right \
against all others. Keep what is right and asked for, leave out the rest. Keep to the language, the format and the \
rules that the conversation demands. The answer stands alone: it does not mention candidates, assistants, labels, \
other answers or this task."""
NONE: Final = Verifiers(())
INLINE: Final = """\
First say between <{mark}> and </{mark}> what the candidates agree and differ in, and who is right. Then, after the \
second mark, write the answer."""

LABELLED: Final = re.compile(r"\b[Cc]andidates? [A-Z]\b")
Fault = Literal[
    "", "writer_empty", "writer_failed", "writer_invalid", "writer_refused", "writer_skipped_budget", "writer_truncated"
]
"""Why a text cannot be given as the answer."""
FAULTS: Final[dict[str, Fault]] = {
    "empty": "writer_empty",
    "refused": "writer_refused",
    "truncated": "writer_truncated",
    "skipped_budget": "writer_skipped_budget",
}


@dataclass(frozen=True, slots=True)
class Draft:
    """What was written.

    Args:
        answer: the call, its message without an inline analysis.
        fault: why it cannot be given.
        wrong: the same for the one who wrote it.
    """

    answer: Answer
    fault: Fault = ""
    wrong: str = ""


class Writer:
    """Writes one answer out of several.

    Args:
        judge: whose rubric, order of candidates and number of repairs count here too.
        verifiers: what the answer must pass.
        seat: who writes, where that is not the judge.
        inline: whether the writer thinks on paper first.
        instructions: what the writer is told beside the usual.
    """

    def __init__(
        self,
        judge: Judge,
        verifiers: Verifiers = NONE,
        *,
        seat: Seat | None = None,
        inline: bool = False,
        instructions: str = "",
    ) -> None:
        self._judge = judge
        self._verifiers = verifiers
        self._seat = seat or replace(judge.seat, name="writer", path="writer")
        self._inline = inline
        self._task = f"{TASK}\n\n{instructions}" if instructions else TASK

    async def write(self, call: FusionCall, lineup: Lineup, analysis: Analysis | None = None) -> Draft:
        """The answer; what is invalid is asked for again, as often as the judge's `repair` says.

        Raises:
            ModelError: as `FusionCall.check` does.
        """
        question = self._question(call.request, lineup, analysis)
        draft = await self._draft(call, self._seat, question, lineup)
        for attempt in range(1, self._judge.spec.repair + 1):
            if draft.fault != "writer_invalid":
                break
            seat = replace(self._seat, name=f"writer/repair{attempt}", path=f"writer/repair{attempt}")
            draft = await self._draft(call, seat, _again(question, draft), lineup)
        return draft

    async def _draft(self, call: FusionCall, seat: Seat, question: Request, lineup: Lineup) -> Draft:
        answer = await call.ask(seat, question, role="writer")
        call.check()
        if answer.state != "ok" or answer.message is None:
            return Draft(answer, FAULTS.get(answer.state, "writer_failed"))
        text = _without(answer.message.content, f"analysis-{lineup.nonce}") if self._inline else answer.message.content
        answer = answer.model_copy(update={"message": Message(role="assistant", content=text)})
        wrong = self._wrong(call, text, lineup)
        return Draft(answer, "writer_invalid" if wrong else "", wrong)

    def _wrong(self, call: FusionCall, text: str, lineup: Lineup) -> str:
        """Why `text` cannot be given as the answer; "" when it can."""
        shape = call.request.response_schema
        if not text.strip():
            return "there is no answer in it"
        if shape is not None and (wrong := misfit_of_text(text, shape.json_schema)) is not None:
            return wrong
        if _tells(text, call.request, lineup):
            return "it talks about candidates, of which nobody knows who reads it"
        passed = self._verifiers.passed(Message(role="assistant", content=text), call)
        return "" if passed else "it does not pass the checks that every answer here must pass"

    def _question(self, request: Request, lineup: Lineup, analysis: Analysis | None) -> Request:
        parts = [conversation(request, lineup, self._judge.seed), candidates(lineup)]
        if analysis is not None:
            parts.append(block("analysis", lineup.nonce, "", _analysis(analysis)))
        if (shape := request.response_schema) is not None:
            parts.append(f"The answer is JSON that fits this schema: {orjson.dumps(shape.json_schema).decode()}")
        parts.append(INLINE.format(mark=f"analysis-{lineup.nonce}") if self._inline else "Write the answer.")
        system = Message(role="system", content=instructed(self._task, self._judge.spec))
        return Request(
            model=request.model,
            messages=(system, Message(role="user", content="\n\n".join(parts))),
            sampling=request.sampling,
            response_schema=None if self._inline else shape,
            origin=request.origin,
        )


def _analysis(analysis: Analysis) -> str:
    """An analysis as a writer reads it, without the keys that say nothing."""
    said = {key: value for key, value in analysis.model_dump(mode="json").items() if value}
    return orjson.dumps(said, option=orjson.OPT_INDENT_2).decode()


def _tells(text: str, request: Request, lineup: Lineup) -> bool:
    """Whether it says that there were candidates, and neither the conversation nor they themselves speak of such."""
    if lineup.nonce in text:
        return True
    own = (*(message.content for message in request.messages), *lineup.texts)
    return bool(LABELLED.search(text)) and not any(LABELLED.search(each) for each in own)


def _again(question: Request, draft: Draft) -> Request:
    said = draft.answer.message or Message(role="assistant")
    complaint = f"This cannot be given as the answer: {draft.wrong}. Write the whole answer again, and nothing else."
    messages = (Message(role="assistant", content=said.content or "…"), Message(role="user", content=complaint))
    return question.model_copy(update={"messages": (*question.messages, *messages)})


def _without(text: str, mark: str) -> str:
    """What follows the analysis; nothing when that never ends."""
    _, end, answer = text.rpartition(f"</{mark}>")
    if end:
        return answer.strip()
    return "" if re.match(rf"\s*<{mark}>", text) else text
