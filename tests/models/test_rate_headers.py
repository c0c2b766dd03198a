"""What replies say of limits, from the wire to the quota."""

import asyncio
from contextlib import suppress

import httpx
import pytest

from wardian.base.clients import RateReport
from wardian.base.clock import SystemClock
from wardian.base.errors import ModelError
from wardian.base.messages import Message, Request
from wardian.models.accounts import lane_of
from wardian.models.endpoint import Endpoint
from wardian.models.pool import ModelPool, PoolSpec
from wardian.models.quota import LocalQuota
from wardian.models.rate_headers import read_report
from wardian.models.wire import HttpxWire
from wardian.specs.models import ModelSpec

ASK = Request(model="m", messages=(Message(role="user", content="hi"),))


@pytest.mark.parametrize(
    ("headers", "report"),
    [
        ({}, None),
        ({"x-ratelimit-remaining-requests": "many"}, None),
        ({"x-ratelimit-remaining-requests": "nan", "x-ratelimit-limit-requests": "inf"}, None),
        (
            {"x-ratelimit-limit-requests": "60", "x-ratelimit-remaining-requests": "59"},
            RateReport(limit_requests=60, remaining_requests=59, age_s=1.0),
        ),
        (
            {"x-ratelimit-limit-tokens": "0", "x-ratelimit-remaining-tokens": "-7"},
            RateReport(remaining_tokens=0, age_s=1.0),
        ),
        (
            {"anthropic-ratelimit-requests-limit": "50", "anthropic-ratelimit-tokens-remaining": "8000"},
            RateReport(limit_requests=50, remaining_tokens=8000, age_s=1.0),
        ),
    ],
)
def test_headers_of_providers(headers: dict[str, str], report: RateReport | None) -> None:
    assert read_report(headers, 1.0) == report


@pytest.mark.parametrize(("left", "exhausted"), [(0, True), (1, True), (2, False)])
def test_exhausted(left: int, *, exhausted: bool) -> None:
    assert RateReport(limit_requests=60, remaining_requests=left).exhausted is exhausted


@pytest.mark.parametrize("status", [200, 429])
async def test_pool_tells_the_quota_also_of_refusals(status: int) -> None:
    def provider(request: httpx.Request) -> httpx.Response:
        headers = {"x-ratelimit-limit-requests": "60", "x-ratelimit-remaining-requests": "0"}
        body = {"choices": [{"message": {"content": "hi"}, "finish_reason": "stop"}]}
        return httpx.Response(status, headers=headers, json=body)

    spec = PoolSpec.of({"m": ModelSpec(base_url="http://host/v1", max_retries=0)}, {})
    quota, clock = LocalQuota({}, SystemClock()), SystemClock()
    async with ModelPool.open(spec, lambda _: None, quota, clock, HttpxWire(httpx.MockTransport(provider))) as pool:
        with suppress(ModelError):
            await pool.client("m").complete(ASK)
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.05):
                await quota.admit("m", tokens=1).__aenter__()


def test_lane_is_that_of_the_account_and_hides_the_key() -> None:
    here = Endpoint(url="https://host/v1", model="m")
    lane = lane_of(here, "sk-secret")
    assert lane == lane_of(here, "sk-secret")
    assert "secret" not in lane
    others = [
        lane_of(here, "sk-other"),
        lane_of(here, None),
        lane_of(here.model_copy(update={"model": "n"}), "sk-secret"),
        lane_of(here.model_copy(update={"url": "https://there/v1"}), "sk-secret"),
    ]
    assert len({lane, *others}) == 5
