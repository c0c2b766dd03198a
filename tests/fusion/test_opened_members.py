"""Whom a fusion asks: clients of a job's models, hedged for those fusions that want it."""

from support.members import Speaker
from support.panels import RunVirtual

from wardian.base.clients import ModelClient
from wardian.base.clock import SystemClock
from wardian.base.messages import Message, Request
from wardian.clients import clients_of
from wardian.specs.job import JobSpec
from wardian.specs.models import HedgeSpec

HEDGE = {"after": 0.5, "budget": 0.05}
JOB = JobSpec.model_validate(
    {
        "name": "j",
        "environments": [{"pack": "p"}],
        "models": {name: {"base_url": "https://x.test/v1"} for name in "abc"},
        "fusions": {
            "calm": {"members": ["a", "b"]},
            "hasty": {"members": ["a", "fusion/calm"], "collect": {"hedge": HEDGE}},
            "idle": {"members": ["c", "c"]},
        },
        "agents": [{"name": "x", "model": "fusion/hasty"}],
    }
)


def test_only_the_fusion_that_wants_a_hedge_asks_hedged_clients(run_virtual: RunVirtual) -> None:
    opened: dict[str, Speaker] = {}

    def client(name: str, hedge: HedgeSpec | None) -> ModelClient:
        assert hedge in (None, HedgeSpec.model_validate(HEDGE))
        return opened.setdefault(f"{name}{'+' if hedge else ''}", Speaker(name))

    clients = clients_of(JOB, client, SystemClock())
    assert list(clients) == ["a", "b", "fusion/calm", "fusion/hasty"], "c is asked by nobody"
    request = Request(model="x", messages=(Message(role="user", content="?"),))
    run_virtual(clients["fusion/hasty"].complete(request))
    assert {name: len(speaker.asked) for name, speaker in opened.items()} == {"a": 1, "b": 1, "a+": 1}
