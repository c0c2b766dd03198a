"""What a judge says of several answers, in the shape that OpenRouter's fusion made common."""

from wardian.base.frozen import Frozen

__all__ = ["Analysis", "Contradiction", "Insight", "PartialCoverage", "Stance"]


class Stance(Frozen):
    """What one model says of a topic."""

    model: str
    stance: str


class Contradiction(Frozen):
    """A topic on which models contradict each other."""

    topic: str
    stances: tuple[Stance, ...] = ()


class PartialCoverage(Frozen):
    """A point that only some models made."""

    models: tuple[str, ...] = ()
    point: str


class Insight(Frozen):
    """A point that only one model made."""

    model: str
    insight: str


class Analysis(Frozen):
    """What answers agree and differ in. `model` is the name of who said it: the seat's, so that samples are told apart.

    Args:
        consensus: what all say.
        contradictions: where they exclude each other.
        partial_coverage: what some say.
        unique_insights: what one says.
        blind_spots: what none says and should have been said.
    """

    consensus: tuple[str, ...] = ()
    contradictions: tuple[Contradiction, ...] = ()
    partial_coverage: tuple[PartialCoverage, ...] = ()
    unique_insights: tuple[Insight, ...] = ()
    blind_spots: tuple[str, ...] = ()
