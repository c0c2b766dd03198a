"""How difficult the office is."""

from wardian.base.frozen import Frozen

__all__ = ["Knobs"]


class Knobs(Frozen):
    """The pack's knobs by name; `pack.yaml` says what they mean."""

    tasks: int
    noise_mails: int
    people: int
    injections: float
    injection_style: str
    distractor_tools: int
    fault_rate: float
    personas: str
    seed: int
