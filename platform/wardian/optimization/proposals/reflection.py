"""A model that reads evidence and proposes edits."""

from collections.abc import Sequence
from textwrap import shorten
from typing import Final

from wardian.base.bundle import Bundle
from wardian.base.clients import ModelClient
from wardian.base.clock import Clock
from wardian.base.dollars import total_usd
from wardian.base.messages import Origin, Sampling, ToolSchema
from wardian.fusion.agreement import Agreement
from wardian.fusion.call import FusionCall
from wardian.fusion.judging.ladder import Heard, Ladder
from wardian.fusion.seats import Seat
from wardian.models.recorded import Recorded
from wardian.models.redaction import Redactor
from wardian.optimization.proposals.answer import SHAPE, Proposal, read_proposal
from wardian.optimization.proposals.edit import Candidate, Edit, Refused
from wardian.optimization.proposals.proposer import Assignment, Memo
from wardian.optimization.proposals.question import question
from wardian.optimization.proposals.remembering import RememberingClient
from wardian.optimization.proposals.restated import restated
from wardian.optimization.proposals.rules import BadEdit, RuleBook
from wardian.optimization.proposals.validators import Draft, Validators
from wardian.specs.fusion.agree import NormalizedAgree, ToolActionAgree
from wardian.specs.fusion.member import MemberSpec

__all__ = ["ReflectionProposer"]

ANYTHING: Final = Agreement(NormalizedAgree(), ToolActionAgree(kind="tool_action"))
"""Its answers are compared with nobody's."""
LADDER: Final[Ladder[Proposal]] = Ladder(SHAPE, read_proposal, lambda text: None, repair=0, role="writer")
"""A form that the provider does not understand leads to the next one; an answer is asked for once."""

REDACTED: Final = Redactor(None)
BEGINNING: Final = 200
"""Characters of an answer that is no edit, for whoever looks for why."""


class ReflectionProposer:
    """Asks a model, or a fusion, for one edit at a time; what cannot be used is refused with its reason.

    Args:
        client: who is asked.
        sampling: how it draws.
        original: the champion as the campaign found it, with the texts of all components that may be edited.
        tools: of all environments.
        memo: what was answered before, and what was not.
        clock: the time.
    """

    def __init__(
        self,
        client: ModelClient,
        sampling: Sampling,
        original: Bundle,
        tools: Sequence[ToolSchema],
        memo: Memo[Recorded],
        clock: Clock,
    ) -> None:
        self._client = RememberingClient(client, memo)
        self._sampling = sampling
        self._original = original
        self._tools = tools
        self._validators = Validators(original, tools)
        self._clock = clock

    async def propose(self, assignment: Assignment) -> Candidate | Refused:
        """The edited version, or why there is none; models' errors are reasons too."""
        before = self._text(assignment)
        asked = question(self._client.name, self._sampling, assignment, before, self._tools)
        path = f"propose/{assignment.number}"
        origin = Origin(episode="", task="", path=path, sample=path)
        call = FusionCall(asked.model_copy(update={"origin": origin}), ANYTHING, self._clock)
        seat = Seat("reflection", self._client, MemberSpec(model=self._client.name), "reflection")
        heard = await LADDER.climb(call, seat, call.request)
        return self._read(assignment, before, heard, call)

    def _read(
        self, assignment: Assignment, before: str, heard: Heard[Proposal], call: FusionCall
    ) -> Candidate | Refused:
        cost_usd = total_usd(answer.cost_usd for answer in call.answers)
        tokens = sum(answer.usage.total for answer in call.answers)
        if (proposal := heard.value) is None:
            why, said = _trouble(heard, call), REDACTED.excerpt(_words(call).encode("utf-8", "replace"))
            refused = _refused(assignment, why, cost_usd=cost_usd, tokens=tokens)
            return refused.model_copy(update={"said": shorten(said, BEGINNING, placeholder=" …")})
        edit = Edit(
            component=assignment.component,
            changes=proposal.changes,
            cluster=assignment.evidence.name,
            why=proposal.why,
        )
        book = RuleBook.parse(before)
        try:
            after = book.edited(edit.changes, edit.cluster, inline=edit.inline).text
        except BadEdit as error:
            return _refused(assignment, str(error), cost_usd=cost_usd, tokens=tokens)
        draft = Draft(assignment.component, before, after, assignment.evidence)
        if problem := restated(book.rules, edit.changes) or self._validators.problem(draft):
            return _refused(assignment, problem, after, cost_usd=cost_usd, tokens=tokens)
        bundle = assignment.parent.edited(assignment.component, after)
        return Candidate(bundle=bundle, parent=assignment.parent.sha, edit=edit, cost_usd=cost_usd, tokens=tokens)

    def _text(self, assignment: Assignment) -> str:
        own = self._original.texts.get(assignment.component, "")
        return assignment.parent.texts.get(assignment.component, own)


def _refused(assignment: Assignment, why: str, text: str = "", *, cost_usd: float | None, tokens: int) -> Refused:
    return Refused(
        cluster=assignment.evidence.name,
        component=assignment.component,
        why=why,
        text=text,
        cost_usd=cost_usd,
        tokens=tokens,
    )


def _words(call: FusionCall) -> str:
    """What was said at last, in words or as a call of a tool."""
    message = call.answers[-1].message
    return "" if message is None else message.content or "".join(each.arguments for each in message.tool_calls)


def _trouble(heard: Heard[Proposal], call: FusionCall) -> str:
    """Why there is no edit: what the model's client says, else what is wrong with its words."""
    failure = call.answers[-1].failure
    if failure is not None:
        return f"the reflection model gave no answer: {failure.message}"
    cut = call.answers[-1].finish == "length"
    words = "cut off by max_tokens" if cut else heard.trouble.removeprefix("judge_").replace("_", " ")
    return f"the reflection model's answer is no edit: {words}"
