"""What a gateway needs of a config: models, fusions, and how they are offered."""

from typing import Self

from pydantic import model_validator

from wardian.specs.job import Limits
from wardian.specs.models import ModelSpec
from wardian.specs.names import BadName, BadNames, unknown
from wardian.specs.promises import unpromised
from wardian.specs.roster import Roster

__all__ = ["ServeSpec"]


class ServeSpec(Roster):
    """A config as `wardian serve` reads it: it needs neither environments nor agents."""

    limits: Limits = Limits()
    """Of these, `call_s` counts."""

    @model_validator(mode="after")
    def _names_exist(self) -> Self:
        known = [*self.models, *self.panels.specs]
        offers = enumerate(self.gateway.offers)
        problems = [unknown(("gateway", "offers", place), name, known) for place, name in offers if name not in known]
        problems += self.bad_models()
        if not self.models:
            problems.append(BadName(("models",), "there is no model to ask; name one here, or a table in `pools`"))
        problems = problems or [*unpromised(self.asked)]
        if problems:
            raise BadNames(problems)
        return self

    @property
    def offered(self) -> tuple[str, ...]:
        """Who can be asked by name, fusions first."""
        return self.gateway.offers or (*self.panels.specs, *self.models)

    @property
    def asked(self) -> dict[str, ModelSpec]:
        """The models behind what is offered."""
        return self.behind(self.offered, self.limits.call_s)
