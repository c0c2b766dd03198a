"""Requests whose models stand in line for a rate limit: waiting there counts against no deadline, and costs nothing."""

import asyncio
from typing import Any

from support.gateways import QUESTION, Member, caller, gateway_of

from wardian.base.clients import ModelClient
from wardian.base.clock import SystemClock
from wardian.base.virtual_time import VirtualTimeLoop
from wardian.models.ledger import RateLimit
from wardian.models.quota import LocalQuota
from wardian.models.retry import RetryingClient, RetryPolicy

CLOCK = SystemClock()


def asked_twice(panel: dict[str, Any], *members: Member, **limits: int) -> list[Any]:
    """What a panel answers to two requests one after the other; `limits` are requests a minute."""

    async def main() -> list[Any]:
        quota = LocalQuota({name: RateLimit(rpm=rpm) for name, rpm in limits.items()}, CLOCK)
        clients: list[ModelClient] = [RetryingClient(each, quota, RetryPolicy(), CLOCK) for each in members]
        async with caller(gateway_of(clients, fusions={"panel": panel})) as http:
            body = {"model": "fusion/panel", **QUESTION}
            return [(await http.post("/v1/chat/completions", json=body)).json() for _ in range(2)]

    with asyncio.Runner(loop_factory=VirtualTimeLoop) as runner:
        return runner.run(main())


def test_who_still_stands_in_line_when_it_is_decided_was_never_sent_and_costs_nothing() -> None:
    panel = {"members": ["a", "b", "c"], "collect": {"quorum": 2, "grace_frac": 0.1}}
    slow = Member("c", seconds=60)
    answers = asked_twice(panel, Member("a", seconds=1), Member("b", seconds=1), slow, c=1)
    first, second = (answer["usage"]["fusion"]["by_member"]["c"] for answer in answers)
    assert len(slow.heard) == 1
    assert first["prompt_tokens"] > 0
    assert (second["prompt_tokens"], second["completion_tokens"], second["cost"]) == (0, 0, 0.0)


def test_a_deadline_does_not_count_the_wait_for_a_rate_limit() -> None:
    panel = {"members": ["a", "b"], "collect": {"deadline_s": 2}}
    answers = asked_twice(panel, Member("a", seconds=1), Member("b", seconds=1), a=1, b=1)
    assert [answer["fusion"]["status"] for answer in answers] == ["ok", "ok"]
