"""Who diagnoses and proposes in a simulated campaign: edits whose effects are known."""

from collections import Counter
from collections.abc import Mapping, Sequence

from wardian.base.bundle import SYSTEM
from wardian.base.clock import Clock
from wardian.base.completion import Completion
from wardian.base.identity import digest, random_stream
from wardian.base.messages import Message
from wardian.base.usage import Usage
from wardian.optimization.evidence.evidence import Counterfactual, Evidence
from wardian.optimization.proposals.edit import AddRule, Candidate, Edit
from wardian.optimization.proposals.proposer import Assignment, Memo
from wardian.optimization.selfcheck.traits import rule
from wardian.scoring.score import Scored

__all__ = ["SimulatedDiagnostician", "SimulatedProposer"]

ANSWER_S = 8.0
ANSWER_USD = 0.02
QUESTION_TOKENS = 6_000


class SimulatedDiagnostician:
    """Clusters failed episodes by template, and believes all of them."""

    async def diagnose(self, episodes: Sequence[Scored], smallest: int) -> tuple[Evidence, ...]:
        """The templates with most failures first."""
        failed = Counter(
            scored.episode.spec.task.template
            for scored in episodes
            if not scored.episode.missing and scored.value("success") == 0.0
        )
        ranked = sorted(failed.items(), key=lambda item: (-item[1], item[0]))
        return tuple(
            Evidence(
                detector="missing_call",
                tool="act",
                template=template,
                failed=count,
                decisive=count,
                counterfactual=Counterfactual(tried=count, flipped=count),
            )
            for template, count in ranked
            if count >= smallest
        )


class SimulatedProposer:
    """Adds one rule, whose trait it draws.

    Args:
        seed: its draws follow from it and from the number of the assignment.
        habits: how likely each trait is.
        memo: what it answered before; asking it costs time and money.
        clock: whose time an answer takes.
        answer_s: how much, in the middle.
    """

    def __init__(
        self, seed: int, habits: Mapping[str, float], memo: Memo[Completion], clock: Clock, answer_s: float = ANSWER_S
    ) -> None:
        self._answer_s = answer_s
        self._seed = seed
        self._habits = habits
        self._memo = memo
        self._clock = clock
        self.asked = 0
        """How often it was paid."""

    async def propose(self, assignment: Assignment) -> Candidate:
        """The parent with one more rule."""
        key = digest(["propose", assignment.number, assignment.parent.sha, assignment.evidence.name])
        answer = await self._memo.get(key) or await self._ask(key, assignment.number)
        text = answer.message.content
        parent = assignment.parent
        return Candidate(
            bundle=parent.edited(SYSTEM, parent.texts.get(SYSTEM, "") + text),
            parent=parent.sha,
            edit=Edit(component=SYSTEM, changes=(AddRule(text=text),), cluster=assignment.evidence.name),
            cost_usd=answer.cost_usd,
            tokens=answer.usage.total,
        )

    async def _ask(self, key: str, number: int) -> Completion:
        stream = random_stream(self._seed, "proposal", number)
        trait = stream.choices(list(self._habits), list(self._habits.values()))[0]
        await self._clock.sleep(stream.lognormvariate(0.0, 0.5) * self._answer_s)
        self.asked += 1
        message = Message(role="assistant", content=rule(trait, number))
        usage = Usage(input_tokens=QUESTION_TOKENS, output_tokens=len(message.content) // 4)
        answer = Completion(
            message=message, finish="stop", model="sim/reflection", usage=usage, cost_usd=ANSWER_USD, simulated=True
        )
        await self._memo.put(key, answer)
        return answer
