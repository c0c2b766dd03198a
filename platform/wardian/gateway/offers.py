"""Who may be asked by name."""

from http import HTTPStatus
from typing import Final

from wardian.serving.refusal import Refused
from wardian.specs.names import nearest
from wardian.specs.serving import ServeSpec

__all__ = ["check_offered"]

SHOWN: Final = 100


def check_offered(model: str, spec: ServeSpec) -> None:
    """Make sure that a gateway offers `model`.

    Raises:
        Refused: when it does not.
    """
    if model not in spec.offered:
        hint = nearest(model, spec.offered)
        raise Refused("model_not_found", f"there is no model '{model[:SHOWN]}'; {hint}", HTTPStatus.NOT_FOUND)
