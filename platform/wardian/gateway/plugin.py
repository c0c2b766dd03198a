"""A panel that a request brings along, as OpenRouter's fusion plugin does."""

from typing import Final

from wardian.gateway.offers import check_offered
from wardian.gateway.question import FusionPlugin, Question
from wardian.serving.refusal import Refused
from wardian.specs.fusion.judge import JudgeSpec
from wardian.specs.fusion.member import MemberSpec
from wardian.specs.fusion.modes import AnalysisSpec
from wardian.specs.fusion.panels import PREFIX, Panels
from wardian.specs.serving import ServeSpec

__all__ = ["ALIAS", "NAME", "panel_of"]

ALIAS: Final = "openrouter/fusion"
"""As the model of a request: whoever compares the answers also writes the final one."""
OWN: Final = "(request)"
"""No fusion of a config can be called so."""
NAME: Final = f"{PREFIX}{OWN}"


def panel_of(question: Question, plugin: FusionPlugin, spec: ServeSpec) -> AnalysisSpec:
    """The panel, its judge and its writer.

    Raises:
        Refused: when the gateway takes no plugins, or one of them cannot be asked.
    """
    if not spec.gateway.plugins:
        raise Refused("plugins_off", "plugins: this gateway takes none")
    judge, most = plugin.model or question.model, plugin.max_completion_tokens
    if judge == ALIAS:
        raise Refused("bad_fusion", f"plugins.0.model: with the model '{ALIAS}', say here who compares and writes")
    panel = AnalysisSpec(
        mode="analysis",
        members=tuple(MemberSpec(model=name, max_tokens=most) for name in plugin.analysis_models),
        judge=JudgeSpec(model=judge, max_tokens=most, kinship="allow"),
        writer=None if question.model == ALIAS else question.model,
    )
    _check(panel, spec)
    return panel


def _check(panel: AnalysisSpec, spec: ServeSpec) -> None:
    for name in panel.models:
        check_offered(name, spec)
    for problem in Panels({**spec.fusions, OWN: panel}, spec.models).problems():
        if problem.path[:2] == ("fusions", OWN):
            raise Refused("bad_fusion", f"plugins.0: {problem.text}")
