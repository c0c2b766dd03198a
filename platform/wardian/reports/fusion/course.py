"""The course of a bench: the members first, for the other arms are made of what they cost and know."""

from collections.abc import Mapping, Sequence
from typing import Final

from wardian.base.errors import ConfigError
from wardian.base.frozen import Frozen
from wardian.base.messages import Sampling
from wardian.fusion.seats import Seat
from wardian.reports.fusion.arms import BENCHED, ArmSpec, fused_arms, repeated_arms
from wardian.reports.fusion.bench import Bench, Everybody, PlayedArm
from wardian.reports.fusion.outcome import BenchReport
from wardian.reports.fusion.reckoning import Expense, best_of, reckoned
from wardian.specs.fusion.modes import MOST_SEATS, FusionSpec, Mode, PanelFusion
from wardian.specs.questions import Question

__all__ = ["Course", "benched"]

CLOSE: Final = 1e-6
"""Rounding must not cost a draw."""


class Course(Frozen):
    """What is compared.

    Args:
        modes: ways of deciding over the panel.
        others: fusions that are compared as they are, by name.
        prompt: said before each question; "" for nothing.
        sampling: how members draw their answers.
        at_once: questions that are under way at the same time.
    """

    modes: tuple[Mode, ...] = BENCHED
    others: dict[str, FusionSpec] = {}
    prompt: str = ""
    sampling: Sampling = Sampling()
    at_once: int = 16


async def benched(
    name: str,
    panel: PanelFusion,
    questions: Sequence[Question],
    everybody: Everybody,
    course: Course | None = None,
) -> BenchReport:
    """Every arm over the panel of the fusion `name`, on the same questions and the same answers.

    Args:
        name: of the fusion.
        panel: what the config says of it.
        questions: each with a gold answer.
        everybody: whom any arm may ask.
        course: what is compared; by default every mode.

    Raises:
        ConfigError: when a question has no gold answer, or a fusion cannot be opened.
        ModelError: one that ends everything (behind a group): for a reason of ours, or that lasts.
    """
    course = course or Course()
    _check_gold(questions)
    bench = Bench(panel, everybody, prompt=course.prompt, sampling=course.sampling, at_once=course.at_once)
    members = await bench.members(questions)
    arms = [*_arms(panel, bench.seats, members, course.modes), *_others(course.others)]
    return reckoned(name, members, await bench.fusions(arms, questions))


def _check_gold(questions: Sequence[Question]) -> None:
    for question in questions:
        if not question.gold:
            raise ConfigError(f"the question '{question.id}' has no gold answer: whoever answers it cannot be right")


def _others(fusions: Mapping[str, FusionSpec]) -> list[ArmSpec]:
    return [ArmSpec(name=name, kind="fused", spec=spec) for name, spec in fusions.items()]


def _arms(
    panel: PanelFusion, seats: Sequence[Seat], members: Sequence[PlayedArm], modes: Sequence[Mode]
) -> list[ArmSpec]:
    """What is made of the panel, by what its members cost and know."""
    expense = Expense(members)
    first = [(seat.spec, member) for seat, member in zip(seats, members, strict=True) if not seat.draw]
    strongest = best_of([member for _, member in first])
    best = next(spec for spec, member in first if member is strongest)
    by_price = [spec for spec, member in sorted(first, key=lambda each: expense.of(each[1]))]
    whole = sum(expense.of(member) for member in members)
    return [
        *repeated_arms(panel, best, _draws(whole, expense.of(strongest))),
        *fused_arms(panel, modes, by_price, best),
    ]


def _draws(panel: float, best: float) -> int:
    """How often the best member can be asked for what the panel costs."""
    return min(int(panel / best + CLOSE), MOST_SEATS) if best else 1
