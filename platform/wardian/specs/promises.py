"""Whether what a user demands of providers is promised by any."""

from collections.abc import Iterator, Mapping

from wardian.specs.models import ModelSpec
from wardian.specs.names import BadName

__all__ = ["unpromised"]


def unpromised(models: Mapping[str, ModelSpec]) -> Iterator[BadName]:
    """The models that could be asked nowhere."""
    for name, model in models.items():
        if not model.usable(name):
            given = ", ".join(f"{place.name} '{place.spec.promised}'" for place in model.places(name))
            text = f"data must be '{model.data}', and all that is promised is: {given}; see the key `promises`"
            yield BadName(("models", name), text)
