"""What the members of a fusion made of their turns: how far they agreed, and what their differing was worth."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from wardian.base.fused import Answer, FusionResult
from wardian.episodes.record import Episode
from wardian.scoring.metric import Metric
from wardian.scoring.score import Score
from wardian.scoring.walk import Walk

__all__ = [
    "DEGRADED_RATE",
    "DISSENT_CORRECT_RATE",
    "FUSION_CHANGED_ACTION_RATE",
    "INCLUSION_RATE",
    "METRICS",
    "TOOL_AGREEMENT_RATE",
    "inclusion",
    "panels",
]

TOOL_AGREEMENT_RATE = Metric(
    name="tool_agreement_rate",
    detail=True,
    evidence="turns at which they did not",
    unit="share",
    better="neutral",
    high=1.0,
    description="Share of the turns at which all members who answered proposed the same action, of those at which two "
    "or more answered and one of them called a tool. Members who were cut off because the others had settled it did "
    "not answer. Does not apply without such a turn.",
)
DISSENT_CORRECT_RATE = Metric(
    name="dissent_correct_rate",
    detail=True,
    evidence="turns with such a dissent",
    unit="share",
    better="neutral",
    high=1.0,
    description="Share of the dissents that were right, as far as the episode shows: of the members' tool calls that "
    "were proposed and not committed, those that were committed at a later turn and answered without an error. What "
    "was never tried counts as not right, so this is a lower bound. Does not apply when nobody dissented.",
)
FUSION_CHANGED_ACTION_RATE = Metric(
    name="fusion_changed_action_rate",
    detail=True,
    evidence="these turns",
    unit="share",
    better="neutral",
    high=1.0,
    description="Share of the turns at which something else was done or said than the first member proposed, who would "
    "have had their way alone; of those at which that one and another answered. Does not apply without such a turn.",
)
INCLUSION_RATE = Metric(
    name="inclusion_rate",
    detail=True,
    unit="share",
    better="higher",
    high=1.0,
    description="Share of the calls to members whose answer counted, by member in the explanation: a quorum favours "
    "the fast ones. Does not apply without a fusion.",
)
DEGRADED_RATE = Metric(
    name="degraded_rate",
    evidence="these turns",
    unit="share",
    better="lower",
    high=1.0,
    description="Share of a fusion's turns that were not decided as configured; why is in the explanation. Does not "
    "apply without a fusion.",
)
METRICS = (TOOL_AGREEMENT_RATE, DISSENT_CORRECT_RATE, FUSION_CHANGED_ACTION_RATE, INCLUSION_RATE, DEGRADED_RATE)


@dataclass(frozen=True, slots=True)
class Turn:
    """A fused turn at its `position` in the events, and whether every call of it was answered without an error."""

    position: int
    fusion: FusionResult
    through: bool

    @property
    def proposals(self) -> tuple[Answer, ...]:
        """What members said before they heard of each other, as far as it counts."""
        return tuple(answer for answer in self.fusion.members if answer.ok and answer.round == 0)

    @property
    def committed(self) -> str:
        """The key of what was done; "" for something that no member proposed."""
        winner = self.fusion.winner
        return "" if winner is None else winner.key

    @property
    def calls_tools(self) -> bool:
        """Whether any member would call one."""
        return any(_calls(answer) for answer in self.proposals)

    @property
    def agreed(self) -> bool:
        """Whether all proposals are the same."""
        return len({answer.key for answer in self.proposals}) == 1

    @property
    def dissents(self) -> Iterator[Answer]:
        """Calls that were proposed and not committed; of a union all are."""
        decision = self.fusion.decision
        if decision is None or decision.by != "union":
            yield from (answer for answer in self.proposals if _calls(answer) and answer.key != self.committed)


def panels(walk: Walk) -> list[Score]:
    """The turns at which several models answered as one; none of it applies where no fusion was asked."""
    turns = list(_turns(walk))
    several = [turn for turn in turns if len(turn.proposals) > 1]
    acting = [turn for turn in several if turn.calls_tools]
    split = [turn.position for turn in acting if not turn.agreed]
    led = [turn for turn in several if turn.fusion.members[0].ok]
    changed = [turn.position for turn in led if turn.committed != turn.fusion.members[0].key]
    degraded = [turn.position for turn in turns if turn.fusion.status != "ok"]
    return [
        TOOL_AGREEMENT_RATE.ratio(len(acting) - len(split), len(acting), split),
        _dissent(turns),
        FUSION_CHANGED_ACTION_RATE.ratio(len(changed), len(led), changed),
        _inclusion(turns),
        DEGRADED_RATE.score(len(degraded) / len(turns) if turns else None, degraded, _reasons(turns)),
    ]


def inclusion(episode: Episode) -> dict[str, float]:
    """The inclusion rate of each member that was asked, by its seat."""
    fusions = [event.completion.fusion for event in episode.asked if event.completion.fusion is not None]
    asked, counted = _counts(fusions)
    return {seat: counted[seat] / times for seat, times in asked.items()}


def _turns(walk: Walk) -> Iterator[Turn]:
    failed = {step.acted.turn for step in walk.steps if step.failed}
    for position, event in enumerate(walk.episode.events):
        if event.kind == "asked" and event.completion.fusion is not None:
            yield Turn(position, event.completion.fusion, event.turn not in failed)


def _dissent(turns: list[Turn]) -> Score:
    dissents = [(place, answer) for place, turn in enumerate(turns) for answer in turn.dissents]
    right = [
        place
        for place, answer in dissents
        if any(later.through and later.committed == answer.key for later in turns[place + 1 :])
    ]
    return DISSENT_CORRECT_RATE.ratio(len(right), len(dissents), sorted({turns[place].position for place in right}))


def _inclusion(turns: list[Turn]) -> Score:
    asked, counted = _counts(turn.fusion for turn in turns)
    explanation = ", ".join(f"{seat} {counted[seat]}/{times}" for seat, times in asked.items())
    value = counted.total() / asked.total() if asked else None
    return INCLUSION_RATE.score(value, explanation=explanation)


def _counts(fusions: Iterable[FusionResult]) -> tuple[Counter[str], Counter[str]]:
    """By seat, how often it was asked, and how often its answer counted."""
    asked, counted = Counter[str](), Counter[str]()
    for answer in (answer for fusion in fusions for answer in fusion.members if answer.state != "skipped_budget"):
        asked[answer.seat] += 1
        counted[answer.seat] += answer.ok
    return asked, counted


def _reasons(turns: list[Turn]) -> str:
    counts = Counter(reason for turn in turns for reason in turn.fusion.degraded)
    return ", ".join(f"{reason} {times}" for reason, times in counts.most_common())


def _calls(answer: Answer) -> bool:
    return answer.message is not None and bool(answer.message.tool_calls)
