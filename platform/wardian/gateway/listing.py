"""Who can be asked, as OpenAI lists models."""

from typing import Literal

from wardian.base.frozen import Frozen
from wardian.specs.serving import ServeSpec

__all__ = ["Health", "ListedModel", "ModelList", "listed"]


class Health(Frozen):
    """The server answers."""

    status: Literal["ok"] = "ok"


class ListedFusion(Frozen):
    """How a fusion answers, and whom it may ask."""

    mode: str
    models: tuple[str, ...]


class ListedModel(Frozen):
    """One model; `simulated` ones are none."""

    id: str
    object: Literal["model"] = "model"
    created: int = 0
    owned_by: str = "wardian"
    simulated: bool
    fusion: ListedFusion | None = None


class ModelList(Frozen):
    """All models."""

    object: Literal["list"] = "list"
    data: tuple[ListedModel, ...]


def listed(spec: ServeSpec) -> ModelList:
    """What `spec` offers."""
    return ModelList(data=tuple(_model(spec, name) for name in spec.offered))


def _model(spec: ServeSpec, name: str) -> ListedModel:
    fusion = spec.panels.specs.get(name)
    made_of = None if fusion is None else ListedFusion(mode=fusion.mode, models=fusion.models)
    return ListedModel(id=name, simulated=spec.is_simulated(name), fusion=made_of)
