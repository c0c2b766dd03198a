"""Which episodes did not succeed for the same reason, by what their records say."""

from typing import Literal

from wardian.base.errors import Failure
from wardian.base.frozen import Frozen
from wardian.episodes.record import Stop
from wardian.scoring.score import Scored

__all__ = ["Group", "group_of"]

Kind = Literal["checks", "limit", "agent", "missing"]


class Group(Frozen):
    """Episodes that ended alike.

    Args:
        kind: required checks failed; a limit ended it first; the agent itself broke; somebody else broke it.
        label: which checks, which limit, or what kind of error.
        blame: who is to blame; episodes of a `missing` group count for no arm.
    """

    kind: Kind
    label: str
    blame: str = "agent"


def group_of(scored: Scored) -> Group | None:
    """The group of an episode; None when it succeeded."""
    failure = scored.episode.failure or scored.failure
    if failure is not None:
        return _broken(failure)
    failed = _failed_checks(scored)
    if not failed:
        return None
    stop: Stop = scored.episode.stop
    if stop != "finished":
        return Group(kind="limit", label=f"{stop}: {failed}")
    return Group(kind="checks", label=failed)


def _broken(failure: Failure) -> Group:
    kind: Kind = "agent" if failure.cause == "agent" else "missing"
    return Group(kind=kind, label=failure.kind, blame=failure.cause)


def _failed_checks(scored: Scored) -> str:
    findings = scored.episode.findings
    if findings is None or findings.success:
        return ""
    failed = [check.name for check in findings.checks if check.required and not check.passed]
    return ", ".join(failed) or "nothing was checked"
