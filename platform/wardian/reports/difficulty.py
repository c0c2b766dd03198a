"""How difficult the environments of a job are, where it says so."""

from collections import Counter
from typing import Final

from wardian.specs.environments import EnvironmentSpec, StressSpec
from wardian.specs.job import JobSpec

__all__ = ["difficulty"]

PLAIN: Final = "as the pack has it"


def difficulty(job: JobSpec) -> dict[str, str]:
    """What was made of each environment that is played in several versions: `issues=3, stress fault_rate=0.1`."""
    packs = Counter(spec.pack for spec in job.environments)
    return {spec.label: _said(spec, len(packs) > 1) for spec in job.environments if packs[spec.pack] > 1}


def _said(spec: EnvironmentSpec, several: bool) -> str:
    words = [f"{name}={value}" for name, value in sorted(spec.knobs.items())]
    words += [f"stress {name}={value}" for name, value in _stress(spec.stress)]
    said = ", ".join(words) or PLAIN
    return f"{spec.pack}: {said}" if several else said


def _stress(stress: StressSpec | None) -> list[tuple[str, object]]:
    return [] if stress is None else list(stress.model_dump(exclude_defaults=True, mode="json").items())
