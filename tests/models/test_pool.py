"""The pool: from specs to clients, and the one question before a run."""

import asyncio
import pickle

import httpx
import orjson
import pytest

from wardian.base.clock import SystemClock
from wardian.base.errors import ConfigError, CredentialError, ModelError
from wardian.base.messages import Message, Request, ToolSchema
from wardian.models.endpoint import RunningServer
from wardian.models.ledger import RateLimit
from wardian.models.pool import ModelPool, PoolSpec
from wardian.models.quota import LocalQuota
from wardian.models.wire import HttpxWire
from wardian.specs.data_policy import DataPolicy
from wardian.specs.endpoints import DeploymentSpec, PriceSpec
from wardian.specs.models import HedgeSpec, ModelSpec

SERVERS = {"sim": RunningServer(url="http://127.0.0.1:8123", simulated=True)}
MODELS = {
    "real": ModelSpec(base_url="https://api.example.com/v1", api_key_env="EXAMPLE_KEY", rpm=60, tpm=10_000),
    "plain": ModelSpec(
        base_url="https://api.example.com/v1", model="vendor/plain", tools="text", api_key_env="EXAMPLE_KEY"
    ),
    "weak": ModelSpec(server="sim"),
}


def pool(models: dict[str, ModelSpec], handler: httpx.MockTransport, key: str | None = "sk-1234567890") -> ModelPool:
    spec = PoolSpec.of(models, SERVERS)
    clock = SystemClock()
    return ModelPool.open(spec, lambda _: key, LocalQuota(spec.limits, clock), clock, HttpxWire(handler))


def answering(status: int) -> httpx.MockTransport:
    body = {"choices": [{"message": {"content": '<tool_call>{"name":"f","arguments":{}}</tool_call>'}}]}
    return httpx.MockTransport(lambda _: httpx.Response(status, json=body))


def test_spec_travels_and_holds_no_key() -> None:
    spec = PoolSpec.of(MODELS, SERVERS)
    assert pickle.loads(pickle.dumps(spec)) == spec
    assert PoolSpec.model_validate_json(spec.model_dump_json()) == spec
    assert (spec.limits["real"].rpm, spec.limits["real"].tpm) == (60, 10_000)
    assert spec.limits["weak"] == RateLimit()
    assert [spec.endpoints[name].simulated for name in MODELS] == [False, False, True]


async def test_every_model_answers_under_its_name() -> None:
    question = Request(model="x", messages=(Message(role="user", content="hi"),), tools=(_tool(),))
    async with pool(MODELS, answering(200)) as opened:
        assert opened.names == ("real", "plain", "weak")
        answers = {name: await opened.client(name).complete(question) for name in opened.names}
    assert {name: answer.model for name, answer in answers.items()} == {name: name for name in MODELS}
    assert answers["weak"].simulated
    assert answers["plain"].message.tool_calls[0].name == "f"
    assert answers["real"].message.tool_calls == ()


@pytest.mark.parametrize("status", [200, 404, 405, 500])
async def test_preflight_accepts_whoever_takes_the_key(status: int) -> None:
    async with pool(MODELS, answering(status)) as opened:
        await opened.preflight()


PLACES = {
    "near": DeploymentSpec(base_url="http://near/v1", price=PriceSpec(input=1.0, output=0.0)),
    "far": DeploymentSpec(
        base_url="http://far/v1", model="far-m", api_key_env="FAR", price=PriceSpec(input=2.0, output=0.0), rpm=60
    ),
}
QUESTION = Request(model="m", messages=(Message(role="user", content="hi"),))


class Hosts:
    """Answers by host: a status, or none at all; notes what each was asked."""

    def __init__(self, **statuses: int | None) -> None:
        self._statuses = statuses
        self.bodies: dict[str, dict[str, object]] = {}

    def __call__(self, request: httpx.Request) -> httpx.Response:
        host = request.url.host.split(".")[0]
        status = self._statuses[host]
        if status is None:
            raise httpx.ConnectError("refused")
        if request.content:
            self.bodies[host] = orjson.loads(request.content)
        usage = {"prompt_tokens": 1_000_000, "completion_tokens": 0}
        return httpx.Response(status, json={"choices": [{"message": {"content": "ok"}}], "usage": usage})


async def test_a_deployment_answers_under_the_models_name_at_its_own_price() -> None:
    models = {"m": ModelSpec(deployments=PLACES)}
    hosts = Hosts(near=402, far=200)
    spec = PoolSpec.of(models, {})
    assert spec.limits == {"m#near": RateLimit(), "m#far": RateLimit(rpm=60)}
    assert PoolSpec.model_validate_json(spec.model_dump_json()) == spec
    async with pool(models, httpx.MockTransport(hosts)) as opened:
        answer = await opened.client("m").complete(QUESTION)
        assert [gauge.lane for gauge in opened.gauges()] == ["m#near", "m#far"]
    assert (answer.model, answer.deployment, answer.cost_usd) == ("m", "far", 2.0)
    assert [hosts.bodies[host]["model"] for host in ("near", "far")] == ["m", "far-m"]


async def test_one_deployment_that_is_down_is_a_warning() -> None:
    async with pool({"m": ModelSpec(deployments=PLACES)}, httpx.MockTransport(Hosts(near=None, far=200))) as opened:
        (warning,) = await opened.preflight()
    assert warning.startswith("models.m.deployments.near: http://near/v1 cannot be reached")


async def test_all_deployments_that_are_down_are_an_error() -> None:
    hosts = httpx.MockTransport(Hosts(near=None, far=401))
    async with pool({"m": ModelSpec(deployments=PLACES)}, hosts) as opened:
        with pytest.raises(ConfigError, match=r"^models\.m\.deployments\.near: "):
            await opened.preflight()


async def test_what_does_not_promise_enough_is_never_asked() -> None:
    strict = {
        "near": PLACES["near"].model_copy(update={"promises": "no-training"}),
        "far": PLACES["far"],
        "router": DeploymentSpec(base_url="https://openrouter.ai/api/v1", extra={"provider": {"sort": "price"}}),
    }
    hosts = Hosts(near=500, far=200, openrouter=402)
    models = {"m": ModelSpec(deployments=strict, data="no-training", max_retries=0, hedge=HedgeSpec(after=0.01))}
    async with pool(models, httpx.MockTransport(hosts)) as opened:
        await opened.preflight()
        with pytest.raises(ModelError):
            await opened.client("m").complete(QUESTION)
    assert sorted(hosts.bodies) == ["near", "openrouter"]
    assert hosts.bodies["openrouter"]["provider"] == {"sort": "price", "data_collection": "deny"}


@pytest.mark.parametrize(
    ("data", "provider"), [("any", None), ("zero-retention", {"data_collection": "deny", "zdr": True})]
)
async def test_openrouter_is_told_what_it_has_to_keep_to(data: DataPolicy, provider: object) -> None:
    hosts = Hosts(openrouter=200)
    models = {"m": ModelSpec(base_url="https://openrouter.ai/api/v1", data=data)}
    async with pool(models, httpx.MockTransport(hosts)) as opened:
        answer = await opened.client("m").complete(QUESTION)
    assert hosts.bodies["openrouter"].get("provider") == provider
    assert (answer.model, answer.deployment) == ("m", "")


async def test_preflight_asks_every_endpoint_once() -> None:
    asked: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(f"{request.method} {request.url}")
        return httpx.Response(200)

    async with pool(MODELS, httpx.MockTransport(answer)) as opened:
        await opened.preflight()
    assert sorted(asked) == ["GET http://127.0.0.1:8123/v1/models", "GET https://api.example.com/v1/models"]


@pytest.mark.parametrize("status", [401, 403])
async def test_preflight_names_a_refused_key(status: int) -> None:
    async with pool(MODELS, answering(status)) as opened:
        with pytest.raises(CredentialError) as caught:
            await opened.preflight()
    expected = f"models.real: https://api.example.com/v1 refused the key from EXAMPLE_KEY (HTTP {status})"
    assert str(caught.value) == expected


async def test_preflight_names_a_missing_key() -> None:
    async with pool({"real": MODELS["real"]}, answering(401), key=None) as opened:
        with pytest.raises(CredentialError, match="EXAMPLE_KEY is empty"):
            await opened.preflight()
    async with pool({"open": ModelSpec(base_url="http://host/v1")}, answering(401), key=None) as opened:
        with pytest.raises(CredentialError, match="name its environment variable in api_key_env"):
            await opened.preflight()


async def test_preflight_names_who_cannot_be_reached() -> None:
    def nobody(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused", request=request)

    async with pool({"real": MODELS["real"]}, httpx.MockTransport(nobody)) as opened:
        with pytest.raises(ConfigError) as caught:
            await opened.preflight()
    assert not isinstance(caught.value, CredentialError)
    assert str(caught.value).startswith("models.real: https://api.example.com/v1 cannot be reached")
    assert "\n" not in str(caught.value)


def _tool() -> ToolSchema:
    return ToolSchema(name="f", description="d", parameters={"type": "object"})


async def test_each_model_has_its_own_patience_with_one_endpoint() -> None:
    async def stall(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    server = await asyncio.start_server(stall, "127.0.0.1", 0)
    async with server:
        url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1"
        hasty = ModelSpec(base_url=url, idle_s=0.05, max_retries=0)
        patient = ModelSpec(base_url=url, timeout_s=0.2, max_retries=0)
        spec, clock = PoolSpec.of({"hasty": hasty, "patient": patient}, {}), SystemClock()
        kinds = {}
        async with ModelPool.open(spec, lambda _: None, LocalQuota({}, clock), clock) as opened:
            for name in opened.names:
                with pytest.raises(ModelError) as caught:
                    await opened.client(name).complete(Request(model=name, messages=(Message(role="user"),)))
                kinds[name] = caught.value.kind
    assert kinds == {"hasty": "stalled", "patient": "timeout"}


async def test_who_wants_a_hedge_has_it_and_nobody_else() -> None:
    asked: list[str] = []
    answer = {"choices": [{"message": {"content": "yes"}}]}

    async def slow_now_and_then(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.host)
        await asyncio.sleep(0.2 if len(asked) in (3, 5) else 0.0)
        return httpx.Response(200, json=answer)

    question = Request(model="m", messages=(Message(role="user", content="hi"),))
    places = {label: DeploymentSpec(base_url=f"https://{label}.example.com/v1") for label in ("one", "two")}
    models = {"m": ModelSpec(deployments=places), "alone": ModelSpec(base_url="https://one.example.com/v1")}
    hedge = HedgeSpec(after=0.02, budget=0.5)
    async with pool(models, httpx.MockTransport(slow_now_and_then)) as opened:
        hedged = opened.client("m", hedge)
        timings = [(await hedged.complete(question)).timing for _ in range(3)]
        assert [timing.hedged for timing in timings] == [False, False, True]
        assert asked == [*["one.example.com"] * 3, "two.example.com"]
        assert not (await opened.client("m").complete(question)).timing.hedged
        assert len(asked) == 5
        assert opened.client("alone", hedge) is opened.client("alone"), "there is nowhere else to ask"
