"""What is compared: each member alone, several draws of the best one, and every way of deciding over the panel."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, Literal

from pydantic import TypeAdapter

from wardian.base.frozen import Frozen
from wardian.specs.fusion.member import MemberSpec
from wardian.specs.fusion.modes import FusionSpec, Mode, PanelFusion

__all__ = ["BENCHED", "JUDGED", "ArmKind", "ArmSpec", "decided_in", "fused_arms", "repeated_arms"]

ArmKind = Literal["single", "repeated", "fused"]
"""One member; several draws of one; the panel."""
BENCHED: Final[tuple[Mode, ...]] = ("vote", "best_of", "merge", "debate", "cascade")
SHARED: Final = ("agree", "tools", "collect", "budget", "seed")
"""What is the same in all arms."""
JUDGED: Final = ("best_of", "merge", "analysis")
"""Modes that cannot do without a judge."""

SPEC: Final[TypeAdapter[FusionSpec]] = TypeAdapter(FusionSpec)


class ArmSpec(Frozen):
    """A fusion that is compared."""

    name: str
    kind: ArmKind
    spec: FusionSpec


def fused_arms(
    panel: PanelFusion, modes: Sequence[Mode], by_price: Sequence[MemberSpec], best: MemberSpec
) -> list[ArmSpec]:
    """`panel` decided in each of `modes` that it has what it takes for: a judge, or a third member.

    Args:
        panel: whose members, judge and limits they are.
        modes: which.
        by_price: its members, the cheapest first, for the cascade.
        best: the member that the cascade ends with.
    """
    arms: list[ArmSpec] = []
    for mode in modes:
        said = _cascade(by_price, best) if mode == "cascade" else _panel(panel, mode)
        if said is not None:
            arms.append(ArmSpec(name=mode, kind="fused", spec=_spec(panel, mode, said)))
    return arms


def repeated_arms(panel: PanelFusion, best: MemberSpec, draws: int) -> Iterator[ArmSpec]:
    """The `best` member asked `draws` times instead of the panel: judged, where there is a judge, and voted.

    The judged one goes first: it hears all draws, of which a vote that is decided early cuts off some.
    """
    if draws < 2:
        return
    members = (best.model_copy(update={"samples": draws, "weight": 1.0}),)
    name = f"{draws} x {best.model}"
    if panel.judge is not None:
        said = {"members": members, "judge": panel.judge}
        yield ArmSpec(name=f"{name}, best_of", kind="repeated", spec=_spec(panel, "best_of", said))
    yield ArmSpec(name=f"{name}, vote", kind="repeated", spec=_spec(panel, "vote", {"members": members}))


def decided_in(panel: PanelFusion, mode: Mode) -> FusionSpec:
    """`panel` decided in another `mode` than the cascade, for which it has what it takes."""
    return _spec(panel, mode, _panel(panel, mode) or {})


def _panel(panel: PanelFusion, mode: Mode) -> dict[str, Any] | None:
    if panel.judge is None:
        return None if mode in JUDGED else {"members": panel.members}
    return {"members": panel.members, "judge": panel.judge}


def _cascade(by_price: Sequence[MemberSpec], best: MemberSpec) -> dict[str, Any] | None:
    """The two cheapest members where they agree, else the best one; None where that one is among the two."""
    cheap = by_price[:2]
    if best in cheap:
        return None
    return {"stages": [{"members": cheap, "accept": {"kind": "agree", "count": 2}}, {"members": [best]}]}


def _spec(panel: PanelFusion, mode: Mode, said: Mapping[str, Any]) -> FusionSpec:
    """A fusion with what is said of it; what `panel` says itself stays where it has this mode."""
    if panel.mode == mode:
        return panel.model_copy(update=dict(said))
    kept = SHARED if mode == "cascade" else (*SHARED, "scope")
    shared = {key: getattr(panel, key) for key in kept}
    return SPEC.validate_python({"mode": mode, **shared, **said})
