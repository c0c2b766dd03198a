"""The course of a bench: the members first, then fusions of them, then singles for the same money."""

from collections.abc import Mapping, Sequence

from wardian.base.errors import ConfigError
from wardian.base.frozen import Frozen
from wardian.base.messages import Sampling
from wardian.fusion.seats import Seat
from wardian.reports.fusion.arms import BENCHED, ArmSpec, fused_arms, repeated_arms
from wardian.reports.fusion.bench import Bench, Everybody, PlayedArm
from wardian.reports.fusion.outcome import BenchReport
from wardian.reports.fusion.reckoning import Expense, best_of, draws_for, reckoned
from wardian.specs.fusion.modes import FusionSpec, Mode, PanelFusion
from wardian.specs.questions import Question

__all__ = ["Course", "benched"]


class Course(Frozen):
    """What is compared.

    Args:
        modes: ways of deciding over the panel.
        others: fusions that are compared as they are, by name.
        prompt: said before each question; "" for nothing.
        sampling: how members draw their answers.
        at_once: calls that are under way at the same time.
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
    made = _Makings(panel, bench.seats, members)
    fused = await bench.fusions([*made.fused(course.modes), *_others(course.others)], questions)
    return reckoned(name, members, [*await bench.fusions(made.repeated(fused), questions), *fused])


def _check_gold(questions: Sequence[Question]) -> None:
    for question in questions:
        if not question.gold:
            raise ConfigError(f"the question '{question.id}' has no gold answer: whoever answers it cannot be right")


def _others(fusions: Mapping[str, FusionSpec]) -> list[ArmSpec]:
    return [ArmSpec(name=name, kind="fused", spec=spec) for name, spec in fusions.items()]


class _Makings:
    """What arms are made of: a panel, and what its members cost and know."""

    def __init__(self, panel: PanelFusion, seats: Sequence[Seat], members: Sequence[PlayedArm]) -> None:
        self._panel = panel
        self._members = members
        self._first = [(seat.spec, member) for seat, member in zip(seats, members, strict=True) if not seat.draw]
        self._strongest = best_of([member for _, member in self._first])
        self._best = next(spec for spec, member in self._first if member is self._strongest)

    def fused(self, modes: Sequence[Mode]) -> list[ArmSpec]:
        """The panel, decided in each of `modes`."""
        expense = Expense(self._members)
        by_price = [spec for spec, _ in sorted(self._first, key=lambda each: expense.of(each[1]))]
        return fused_arms(self._panel, modes, by_price, self._best)

    def repeated(self, fused: Sequence[PlayedArm]) -> list[ArmSpec]:
        """The best member, as often as each of `fused` pays for; the most draws first, for they hear all of them."""
        expense = Expense([*self._members, *fused])
        once = expense.of(self._strongest)
        paid = {draws for arm in fused for draws in draws_for(expense.of(arm), once)}
        return [arm for draws in sorted(paid, reverse=True) for arm in repeated_arms(self._panel, self._best, draws)]
