"""tau2's verdict on an episode: its evaluators, each for the rewards that count in the task."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

from wardian.environments.findings import CheckResult

from .library import Library
from .scenario import Scenario

__all__ = ["graded"]

EVALUATORS: Final[Mapping[str, str]] = {
    "DB": "environment",
    "ENV_ASSERTION": "environment",
    "ACTION": "actions",
    "COMMUNICATE": "words",
}


def graded(library: Library, scenario: Scenario, trajectory: Sequence[Any], *, ended: bool) -> Iterator[CheckResult]:
    """A check for each reward of the task's basis: as in tau2, all of them together decide.

    Args:
        library: tau2.
        scenario: the task.
        trajectory: the messages of assistant and tools, in tau2's types.
        ended: whether the conversation came to its end; tau2 gives nothing for others.
    """
    yield CheckResult(name="ended", passed=ended, weight=0.0)
    evaluators: dict[str, Callable[[], Any]] = {
        "environment": lambda: library.evaluate_environment(
            environment_constructor=lambda solo_mode=False: scenario.domain.environment(solo_mode=solo_mode),
            task=scenario.task,
            full_trajectory=list(trajectory),
            solo_mode=scenario.domain.solo,
        ),
        "actions": lambda: library.evaluate_actions(task=scenario.task, full_trajectory=list(trajectory)),
        "words": lambda: library.evaluate_words(task=scenario.task, full_trajectory=list(trajectory)),
    }
    given: dict[str, Any] = {}
    for basis in (reward.value for reward in scenario.task.evaluation_criteria.reward_basis):
        kind = EVALUATORS.get(basis)
        if kind is None:
            yield CheckResult(name=basis.lower(), passed=False, detail="it takes a model to judge, and there is none")
            continue
        if kind not in given:
            given[kind] = evaluators[kind]()
        reward = {key.value: value for key, value in (given[kind].reward_breakdown or {}).items()}
        yield CheckResult(name=basis.lower(), passed=reward.get(basis, given[kind].reward) == 1.0)
