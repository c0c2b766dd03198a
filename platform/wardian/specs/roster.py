"""Everybody who can be asked: the models of a config, where they run, and what is made of them."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator

from wardian.base.frozen import Frozen
from wardian.specs.data_policy import DataPolicy
from wardian.specs.endpoints import Deployment
from wardian.specs.fusion.kinship import forbidden_kin, kin_warnings
from wardian.specs.fusion.modes import FusionSpec
from wardian.specs.fusion.panels import Panels
from wardian.specs.gateway import GatewaySpec
from wardian.specs.models import ModelSpec, ServerSpec
from wardian.specs.names import BadName, JobName, Label, PoolName, nearest, unknown

__all__ = ["Roster"]


class Roster(Frozen, ABC):
    """What jobs and gateways have in common: a table of models, and fusions of them."""

    name: JobName
    """Names the run's folder and its run in MLflow."""
    servers: dict[Label, ServerSpec] = {}
    """Servers that the job starts itself and stops at its end."""
    pools: tuple[str, ...] = ()
    """Tables of models with prices: `openai`, `anthropic` and others that come with Wardian, or files relative to the
    config. Agents name their models; what `models` says of one goes before."""
    models: dict[PoolName, ModelSpec] = {}
    """The model pool: who can be asked."""
    data: DataPolicy = "any"
    """What every place must promise that is to be asked; a model may demand more."""
    fusions: dict[Label, FusionSpec] = {}
    """Models made of models; an agent names one as `fusion/NAME`."""
    gateway: GatewaySpec = GatewaySpec()
    """How `wardian serve` offers all of them over HTTP; a run has no use for it."""

    @property
    @abstractmethod
    def asked(self) -> dict[str, ModelSpec]:
        """The models that may be asked, alone or in a fusion, with what the config says of all."""

    @property
    def called(self) -> dict[str, ModelSpec]:
        """Those of them that are really called: only these need keys, servers and endpoints."""
        return self.asked

    @property
    def simulated(self) -> bool:
        """Whether any model that is asked is simulated: such results are labelled wherever they appear."""
        return any(self.is_simulated(name) for name in self.asked)

    @property
    def only_simulated(self) -> bool:
        """Whether models are asked, and no real one: then nothing is spent."""
        return bool(self.asked) and all(self.is_simulated(name) for name in self.asked)

    @property
    def deployments(self) -> dict[str, Deployment]:
        """The places of the called models by name, so far as their promises allow to ask them."""
        return {place.name: place for name, model in self.called.items() for place in model.usable(name)}

    @property
    def own_servers(self) -> dict[str, ServerSpec]:
        """The servers that have to be started for them."""
        named = dict.fromkeys(place.spec.server for place in self.deployments.values())
        return {name: self.servers[name] for name in named if name is not None}

    @property
    def panels(self) -> Panels:
        """The fusions by the names under which they are asked."""
        return Panels(self.fusions, self.models)

    @property
    def warnings(self) -> tuple[str, ...]:
        """What a user should know of it, although nothing forbids it."""
        return tuple(kin_warnings(self.panels, self.models))

    def members(self, model: str) -> tuple[str, ...]:
        """Who of the pool is asked when `model` is (of the pool, or fusion/NAME)."""
        return self.panels.members(model)

    def behind(self, names: Iterable[str], call_s: float) -> dict[str, ModelSpec]:
        """The pool's models that are asked when `names` are, where a call has `call_s` seconds."""
        members = {member for name in names for member in self.members(name)}
        return {name: spec.under(self.data, call_s) for name, spec in self.models.items() if name in members}

    def is_simulated(self, model: str) -> bool:
        """Whether `model` (of the pool, or fusion/NAME) answers from a simulator."""
        members = self.members(model)
        return any(self.simulates(place) for name in members for place in self.models[name].places(name))

    def simulates(self, place: Deployment) -> bool:
        """Whether a simulator answers at `place`."""
        server = place.spec.server
        return place.spec.own and (server is None or self.servers[server].kind == "simulator")

    def bad_models(self) -> Iterator[BadName]:
        """Names of servers, skills and models that are not there."""
        for name, model in self.models.items():
            for place in model.places(name):
                server = place.spec.server
                if server is not None and server not in self.servers:
                    yield unknown((*place.path, "server"), server, self.servers)
                yield from self._bad_skill(place)
        bad = [*self.panels.problems()]
        yield from bad or forbidden_kin(self.panels, self.models)

    def _bad_skill(self, place: Deployment) -> Iterator[BadName]:
        server = self.servers.get(place.spec.server or "")
        asked = place.asked
        if server is not None and server.kind == "simulator" and asked not in server.skills:
            key = "server" if place.spec.model is None else "model"
            text = f"the server '{place.spec.server}' has no skill '{asked}'; {nearest(asked, server.skills)}"
            yield BadName((*place.path, key), text)
