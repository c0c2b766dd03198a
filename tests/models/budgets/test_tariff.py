"""Worst cases bound every call, and what an attempt took is charged on the safe side."""

import httpx
import pytest

from wardian.base.completion import Completion
from wardian.base.errors import ModelError
from wardian.base.messages import Message, Request, ResponseSchema, Sampling, Thoughts, ToolSchema
from wardian.base.usage import Usage
from wardian.models.budgets.amount import Amount, picodollars
from wardian.models.budgets.tariff import HIDDEN_TOKENS, Quote, Tariff
from wardian.models.chat import ChatClient
from wardian.models.endpoint import Endpoint
from wardian.models.pricing import cost_usd
from wardian.models.refusal import Refusal
from wardian.models.wire import HttpxWire
from wardian.specs.endpoints import PriceSpec
from wardian.specs.models import ModelSpec

PRICE = PriceSpec(input=3.0, cached=0.3, output=15.0)
MODEL = ModelSpec(base_url="https://x/v1", price=PRICE)
REQUEST = Request(
    model="m",
    messages=(
        Message(role="user", content="ä" * 500),
        Message(role="assistant", thoughts=Thoughts(source="s", body="ä" * 70)),
    ),
    tools=(ToolSchema(name="f", description="d" * 90, parameters={"type": "object"}),),
    sampling=Sampling(max_tokens=200),
    response_schema=ResponseSchema(name="s", json_schema={"title": "t" * 40}),
)


def tariff(**changes: object) -> Tariff:
    return Tariff(MODEL.model_copy(update=changes))


def test_the_worst_case_is_a_token_for_each_byte_at_the_dearest_price() -> None:
    worst = tariff().quote(REQUEST).worst
    read = worst.tokens - 200
    assert worst.requests == 1
    assert read >= 1_000 + 140 + 90 + 40 + HIDDEN_TOKENS
    assert worst.picodollars == read * 3_750_000 + 200 * 15_000_000, "entries of a cache cost 1.25 times the input"


@pytest.mark.parametrize(
    ("changes", "longest"),
    [({"max_output_tokens": 32_768}, 32_768), ({"dialect": "anthropic"}, 4_096), ({}, 0)],
)
def test_without_max_tokens_the_model_says_how_long_an_answer_can_be(changes: dict[str, object], longest: int) -> None:
    short, open_ended = (REQUEST.model_copy(update={"sampling": Sampling(max_tokens=n)}) for n in (1, None))
    each = tariff(**changes)
    assert each.quote(open_ended).worst.tokens - each.quote(short).worst.tokens == longest - 1


def test_without_a_price_money_is_no_matter() -> None:
    worst = tariff(price=None).quote(REQUEST).worst
    assert worst.picodollars == 0
    assert worst.tokens > 0


def answer(usage: Usage, text: str = "ok") -> Completion:
    message = Message(role="assistant", content=text)
    return Completion(message=message, finish="stop", model="m", usage=usage, cost_usd=cost_usd(PRICE, usage))


def test_a_credible_report_is_charged_as_it_is() -> None:
    usage = Usage(input_tokens=400, cached_tokens=300, output_tokens=50)
    used = tariff().used(tariff().quote(REQUEST), answer(usage))
    assert used == Amount(1, 450, 100 * 3_000_000 + 300 * 300_000 + 50 * 15_000_000)


@pytest.mark.parametrize(("charged", "counted"), [(0.0, 0.00114), (0.002, 0.002)])
def test_what_the_provider_says_it_charged_counts_when_it_is_more(charged: float, counted: float) -> None:
    reply = answer(Usage(input_tokens=400, cached_tokens=300, output_tokens=50))
    used = tariff().used(tariff().quote(REQUEST), reply.model_copy(update={"cost_usd": charged}))
    assert used.picodollars == picodollars(counted)


@pytest.mark.parametrize(
    ("usage", "text"),
    [
        (Usage(), "ok"),
        (Usage(input_tokens=1, output_tokens=1), "ok"),
        (Usage(input_tokens=400, output_tokens=1), "w" * 100),
        (Usage(input_tokens=400, output_tokens=50, estimated=True), "ok"),
    ],
)
def test_an_incredible_report_is_charged_as_the_worst_case(usage: Usage, text: str) -> None:
    worst = tariff().quote(REQUEST).worst
    assert tariff().used(tariff().quote(REQUEST), answer(usage, text)) == worst


def test_more_than_the_worst_case_is_charged_as_reported() -> None:
    worst = tariff().quote(REQUEST).worst
    used = tariff().used(tariff().quote(REQUEST), answer(Usage(input_tokens=50_000, output_tokens=10)))
    assert used.tokens == 50_010 > worst.tokens


UNPAID = [
    httpx.Response(400, text="no such parameter"),
    httpx.Response(401),
    httpx.Response(402),
    httpx.Response(404),
    httpx.Response(422),
    httpx.Response(429, text="slow down"),
]
PAID = [
    httpx.Response(500),
    httpx.Response(503),
    httpx.Response(529),
    httpx.Response(408),
    httpx.Response(302),
    httpx.Response(400, text='{"error": {"code": "content_filter", "message": "no"}}'),
    httpx.Response(400, text="This model's maximum context length is 8192 tokens"),
    httpx.Response(200, text="<html>"),
    httpx.Response(200, text='{"error": {"code": 429}}'),
    httpx.Response(200, text='{"choices": []}'),
]


async def lost(handler: httpx.MockTransport) -> Amount:
    client = ChatClient("m", Endpoint(url="https://x/v1", model="m"), HttpxWire(handler))
    with pytest.raises(ModelError) as caught:
        await client.complete(REQUEST)
    return tariff().lost(caught.value, Quote(0, Amount(1, 2, 3)))


@pytest.mark.parametrize("response", UNPAID, ids=lambda each: str(each.status_code))
async def test_what_a_provider_refuses_costs_nothing_but_a_request(response: httpx.Response) -> None:
    assert await lost(httpx.MockTransport(lambda _: response)) == Amount(requests=1)


@pytest.mark.parametrize("response", PAID, ids=lambda each: f"{each.status_code} {each.text[:16]}")
async def test_what_a_provider_may_have_done_costs_the_worst_case(response: httpx.Response) -> None:
    assert await lost(httpx.MockTransport(lambda _: response)) == Amount(1, 2, 3)


@pytest.mark.parametrize(
    ("error", "paid"),
    [
        (httpx.ConnectError("refused"), False),
        (httpx.ConnectTimeout("late"), False),
        (httpx.ReadError("reset"), True),
        (httpx.RemoteProtocolError("cut"), True),
    ],
)
async def test_only_a_connection_that_was_never_made_costs_nothing(error: httpx.HTTPError, paid: bool) -> None:
    def fail(request: httpx.Request) -> httpx.Response:
        raise error

    assert await lost(httpx.MockTransport(fail)) == (Amount(1, 2, 3) if paid else Amount(requests=1))


@pytest.mark.parametrize("error", [None, TimeoutError(), Refusal("timeout", "late"), Refusal("stalled", "silent")])
def test_what_was_broken_off_costs_the_worst_case(error: Exception | None) -> None:
    assert tariff().lost(error, Quote(0, Amount(1, 2, 3))) == Amount(1, 2, 3)
