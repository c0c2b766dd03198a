"""What gepa's questions become: episodes and proposals of a campaign, and a book of all that was tried."""

from collections.abc import Mapping, Sequence

from wardian.base.bundle import Bundle
from wardian.optimization.board import Board
from wardian.optimization.ground import Ground, arm_of
from wardian.optimization.pairs import value_of
from wardian.optimization.proposals.edit import Candidate, Refused
from wardian.optimization.proposals.proposer import Assignment, Proposer
from wardian.optimization.search.generation import Generation
from wardian.optimization.search.runner import Runner
from wardian.optimization.search.strategy import SearchState

__all__ = ["GepaDesk"]


class GepaDesk:
    """Serves one generation.

    A version is played once on each task of the search, with the same seed for all. Where somebody else broke an
    episode, the mean of its batch stands for it, for gepa knows no missing values.

    Args:
        metric: what is looked at.
        state: of the search.
        ground: where it plays.
        board: has the episodes played.
        proposer: writes the edits.
    """

    def __init__(self, metric: str, state: SearchState, ground: Ground, board: Board, proposer: Proposer) -> None:
        self._metric = metric
        self._state = state
        self._ground = ground
        self._board = board
        self._proposer = proposer
        self._proposed: list[tuple[Assignment, Candidate | Refused]] = []
        self._values: dict[str, dict[int, float | None]] = {}

    @property
    def proposals(self) -> int:
        """How many edits were asked for."""
        return len(self._proposed)

    def bundle(self, texts: Mapping[str, str]) -> Bundle:
        """The version with these texts; what is as the champion has it stays out of it."""
        champion = self._state.champion
        changed = {name: text for name, text in texts.items() if text != champion.texts.get(name, "")}
        return Bundle(agent=champion.agent, texts={**champion.texts, **changed})

    async def scores(self, bundle: Bundle, numbers: Sequence[int]) -> list[float]:
        """The metric on the tasks with these numbers."""
        namespace, ground = f"search/gepa/{self._state.generation}", self._ground
        specs = [ground.spec(bundle, arm_of(bundle), ground.search[number], namespace, number) for number in numbers]
        order = self._board.order(0).add(specs)
        found = {done.result.episode: value_of(done.result, self._metric) async for done in order}
        values = {number: found[spec.key] for number, spec in zip(numbers, specs, strict=True)}
        self._values.setdefault(bundle.sha, {}).update(values)
        known = [value for value in values.values() if value is not None]
        neutral = sum(known) / len(known) if known else 0.0
        return [neutral if (value := values[number]) is None else value for number in numbers]

    async def edited(self, bundle: Bundle, component: str) -> str:
        """Another text for a component; the same where the proposal was refused."""
        number, evidence = self._state.asked + self.proposals, self._state.evidence
        assignment = Assignment(
            number=number, parent=bundle, component=component, evidence=evidence[self.proposals % len(evidence)]
        )
        outcome = await self._proposer.propose(assignment)
        self._proposed.append((assignment, outcome))
        texts = outcome.bundle.texts if isinstance(outcome, Candidate) else bundle.texts
        return texts.get(component, "")

    def generation(self, best: Bundle) -> Generation:
        """What came of it; a version that was proposed twice ran once."""
        champion = self._values.get(self._state.champion.sha, {})
        runners = dict[str, Runner]()
        for assignment, outcome in self._proposed:
            if isinstance(outcome, Candidate) and outcome.bundle.sha != self._state.champion.sha:
                own = self._values.get(outcome.bundle.sha, {})
                runner = Runner(outcome, champion, own, assignment.number, rung=1, draws=len(self._ground.search))
                runners.setdefault(outcome.bundle.sha, runner)
        assignments, outcomes = [each for each, _ in self._proposed], [outcome for _, outcome in self._proposed]
        number, finalist = self._state.generation, runners.get(best.sha)
        return Generation(number, assignments, outcomes, tuple(runners.values()), finalist)
