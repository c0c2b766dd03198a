"""The pool: from specs to clients, and the one question before a run."""

import asyncio
import pickle

import httpx
import pytest

from wardian.base.clock import SystemClock
from wardian.base.errors import ConfigError, CredentialError, ModelError
from wardian.base.messages import Message, Request, ToolSchema
from wardian.models.endpoint import RunningServer
from wardian.models.ledger import RateLimit
from wardian.models.pool import ModelPool, PoolSpec
from wardian.models.quota import LocalQuota
from wardian.models.wire import HttpxWire
from wardian.specs.models import ModelSpec

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
