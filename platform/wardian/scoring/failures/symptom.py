"""One thing that went wrong in an episode."""

from typing import Final, Literal, get_args

from wardian.base.frozen import Frozen

__all__ = ["DETECTORS", "MEANINGS", "TEXT", "Detector", "Symptom", "name_of"]

Detector = Literal[
    "wrong_tool",
    "missing_call",
    "wrong_args",
    "hallucinated_id",
    "loop",
    "dead_end_no_recovery",
    "premature_stop",
    "turn_cap",
    "policy_violation",
    "bad_final_state",
    "unexplained",
    "decisive_step",
]
"""Who found it. `unexplained` is what a failed episode has that no other detector says anything about; `decisive_step`
takes the environment, all others the record and the reference's."""

DETECTORS: Final[tuple[Detector, ...]] = get_args(Detector)

MEANINGS: Final[dict[Detector, str]] = {
    "wrong_tool": "a tool that does not exist, or one that the reference never calls and that left an unwanted change",
    "missing_call": "a call of the reference whose work is not done, and no call of that tool that tried to",
    "wrong_args": "a call of a tool of the reference in whose place it stands, with another argument",
    "hallucinated_id": "an id that nobody has mentioned",
    "loop": "the same one to three calls again and again, three calls or more, and nothing changes",
    "dead_end_no_recovery": "a failed call after which no other one succeeds within three",
    "premature_stop": "the episode ended before the work was done",
    "turn_cap": "a limit ended it: of turns, errors in a row, tokens or time",
    "policy_violation": "a rule of the pack was broken",
    "bad_final_state": "a row that is not as it should be",
    "unexplained": "failed, and no detector says why",
    "decisive_step": "the first step from whose state the reference can no longer succeed; only with `--decisive`",
}


TEXT: Final = "text"
"""What a decisive step is about with which something was said."""


class Symptom(Frozen):
    """What one detector found, once for each thing that it is about.

    Args:
        detector: who found it.
        tool: which tool was called, or was not; "" where it is about none.
        about: what of it: an argument (`wrong_args`, `hallucinated_id`), an error's code or the fault that struck
            (`dead_end_no_recovery`), a limit (`turn_cap`), the kind of the agent's own failure (`premature_stop`), a
            rule (`policy_violation`), `table.column: missing | unwanted | wrong` (`bad_final_state`), the checks that
            failed (`unexplained`), what other detectors say of that step, or `text` (`decisive_step`).
        positions: in `Episode.events`; none where what is wrong is that something never happened.
    """

    detector: Detector
    tool: str = ""
    about: str = ""
    positions: tuple[int, ...] = ()

    @property
    def name(self) -> str:
        """The detector and what it is about, as in `wrong_args(order_id)`."""
        return name_of(self.detector, self.about)


def name_of(detector: Detector, about: str) -> str:
    """The detector and what it is about."""
    return f"{detector}({about})" if about else detector
