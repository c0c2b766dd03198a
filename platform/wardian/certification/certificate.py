"""What is known of a pack's tasks: whether solving them takes what they say it takes."""

from collections.abc import Iterator

from wardian.base.frozen import Frozen
from wardian.specs.environments import KnobValue

__all__ = ["Certificate", "TaskCertificate"]

SPARED = 20
"""One mutant in so many may survive."""


class TaskCertificate(Frozen):
    """What became of one task.

    Args:
        task: its id.
        reference: whether the reference solution solves it.
        idle: whether an agent solves it that says nothing; the same for one that hands it over (`hand_off`), one that
            repeats what it hears (`echo`) and one that acts at random (`random`, of several).
        deterministic: whether it went the same way twice.
        mutants: how many spoilt references were played.
        survivors: what was wrong with those that solved it all the same.
        order: independent writes whose order decides what comes of them.
        broken: who broke the world by playing it, and how.
        failing: checks that the reference fails, or what broke it; then nothing else was tried.
    """

    task: str
    reference: bool
    idle: bool = False
    hand_off: bool = False
    echo: bool = False
    random: bool = False
    deterministic: bool = True
    mutants: int = 0
    survivors: tuple[str, ...] = ()
    order: tuple[str, ...] = ()
    failing: tuple[str, ...] = ()
    broken: tuple[str, ...] = ()

    @property
    def problems(self) -> tuple[str, ...]:
        """In a line each, why it is not certified; empty when it is."""
        return tuple(self._problems())

    def _problems(self) -> Iterator[str]:
        if not self.reference:
            yield f"the reference does not solve it ({', '.join(self.failing)})"
            return
        if not self.deterministic:
            yield "the same actions lead to something else"
        for solved, who in (
            (self.idle, "who does nothing"),
            (self.hand_off, "who hands everything over"),
            (self.echo, "who repeats what was said"),
            (self.random, "who acts at random"),
        ):
            if solved:
                yield f"{who} solves it"
        for line in self.broken:
            yield f"the world breaks: {line}"
        if not self.mutants:
            yield "no mistake could be tried on it"
        if SPARED * len(self.survivors) > self.mutants:
            yield f"{len(self.survivors)} of {self.mutants} mistakes go unnoticed: {'; '.join(self.survivors)}"
        for calls in self.order:
            yield f"the order of independent calls matters: {calls}"


class Certificate(Frozen):
    """What became of a pack with one set of knobs.

    Args:
        pack: its name.
        version: what it says of itself.
        digest: of its files and knobs.
        files: digest of its files alone; a certificate speaks of no others.
        knobs: those that are not the defaults.
        tasks: one for each.
        unused_tools: tools that no reference calls.
        unreachable_checks: required checks that no mistake trips.
        elsewhere: whether all references went the same way in another process; None when nobody looked.
    """

    pack: str
    version: str
    digest: str
    files: str
    knobs: dict[str, KnobValue] = {}
    tasks: tuple[TaskCertificate, ...]
    unused_tools: tuple[str, ...] = ()
    unreachable_checks: tuple[str, ...] = ()
    elsewhere: bool | None = None

    @property
    def certified(self) -> tuple[str, ...]:
        """The tasks without a problem."""
        return tuple(each.task for each in self.tasks if not each.problems)

    @property
    def problems(self) -> tuple[str, ...]:
        """What is wrong with the pack as a whole."""
        found = [f"no reference calls {name}" for name in self.unused_tools]
        found += [f"nobody fails the check {name}, whatever they do" for name in self.unreachable_checks]
        return (*found, "another process gets other results") if self.elsewhere is False else tuple(found)

    @property
    def holds(self) -> bool:
        """Whether nothing is wrong, with the pack or with any task."""
        return not self.problems and len(self.certified) == len(self.tasks)
