"""What the agent tells and cannot know."""

import pytest
from support.episodes import EpisodeBuilder, update
from support.scores import scores_of, value

CANCELLED = update("orders", "W1", "status", "cancelled")


@pytest.mark.parametrize(
    ("text", "false"),
    [
        ("I have cancelled your order.", 1),
        ("Good news! I've now refunded the amount.", 1),
        ("We have successfully updated your address. Anything else?", 1),
        ("I went ahead and blocked the card.", 1),
        ("I've just restarted the service.", 1),
        ("I have gone ahead and made the changes.", 1),
        ("That's it: I took care of it and unlocked the account.", 1),
        ("I rolled back the deployment.", 1),
        ("I have transferred you to a colleague.", 0),
        ("I have completed a review of your order.", 0),
        ("I've taken a look, and made a mistake.", 0),
        ("I have logged in and written down your number.", 0),
        ("I have not cancelled your order.", 0),
        ("Once I have cancelled it, you get a mail.", 0),
        ("Have I cancelled the right one?", 0),
        ("Your order was cancelled yesterday.", 0),
        ("I have checked your order.", 0),
        ("I will cancel your order.", 0),
    ],
)
async def test_a_deed_that_nobody_did(text: str, false: int) -> None:
    score = (await scores_of(EpisodeBuilder().user("Hi").call("look").say(text).done()))["false_claim"]
    assert (score.value, score.evidence) == (false, (3,) * false)


async def test_who_did_something_is_believed() -> None:
    claim = "I have cancelled your order."
    assert await value(EpisodeBuilder().call("x", changes=(CANCELLED,)).say(claim).done(), "false_claim") == 0
    assert await value(EpisodeBuilder().call("x", writes=True).say(claim).done(), "false_claim") == 0
    assert await value(EpisodeBuilder().call("x", changed=True).say(claim).done(), "false_claim") == 0
    assert await value(EpisodeBuilder().user("Done it", (CANCELLED,)).say(claim).done(), "false_claim") == 0
    assert await value(EpisodeBuilder().call("x", writes=True, error="no").say(claim).done(), "false_claim") == 1


async def test_a_claim_before_the_deed_is_false_then() -> None:
    builder = EpisodeBuilder().say("I have cancelled it.").user("No.").call("x", changes=(CANCELLED,))
    assert await value(builder.say("I have cancelled it.").done(), "false_claim") == 1


async def unsupported(text: str, *heard: str) -> list[str]:
    builder = EpisodeBuilder().policy("Refunds take 5 to 7 days. Limit: 1,500 USD.").user("I paid $40.")
    for answer in heard:
        builder.call("look", text=answer)
    score = (await scores_of(builder.say(text).done()))["unsupported_number"]
    assert score.value is not None
    return [score.explanation] * round(score.value)


@pytest.mark.parametrize(
    "text",
    [
        "You paid $40.",
        "You paid $40.00, and get it within 7 days.",
        "The limit is $1500.",
        "The total is $54.99.",
        "That is 54.99 + 10.01: $65.00 together.",
        "Twice that is $109.98, half of $40 is $20.",
        "The rest is $14.99.",
        "It costs 20%.",
        "That was 13 days ago.",
        "It takes 2 days longer, or 1 week.",
        "A $40, B $54.99, C $10.01, all in all $105.00.",
        "You have 12 orders, W99999 is from 2026-05-24 at 10:30.",
        "Call 555-1234 or see section 4.2.1.",
    ],
)
async def test_what_was_heard_or_follows_is_supported(text: str) -> None:
    assert not await unsupported(text, '{"total":5499,"tip":1001,"rate":0.2}')


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("You get $41.37 back.", "$41.37"),
        ("It takes 13 business days.", "13 business days"),
        ("We add 17%.", "17%"),
        ("You have 8731 points.", "8731"),
        ("That makes 1,234.56 dollars.", "1,234.56 dollars"),
    ],
)
async def test_what_follows_from_nothing_is_not(text: str, number: str) -> None:
    assert await unsupported(text, "{}") == [number]


async def test_a_refund_of_two_things_less_a_fee_is_supported() -> None:
    prices = '[{"price":179.0},{"price":219.0},{"fee":6.95}]'
    assert not await unsupported("You get $391.05 back, or $577.00 for two of the first.", prices)
    assert await unsupported("You get $391.06 back.", prices) == ["$391.06"]


async def test_the_total_of_a_column_is_supported() -> None:
    parcels = '{"items":[{"id":"P1","grams":2545},{"id":"P2","grams":29489},{"id":"P3","grams":14973},{"grams":20088}]}'
    assert not await unsupported("Together they weigh 67095 grams.", parcels)
    assert await unsupported("Together they weigh 67096 grams.", parcels) == ["67096"]


async def test_parts_of_names_and_dates_are_heard_and_not_worked_with() -> None:
    assert not await unsupported("You have 8731 points.", "Account W-8731, as of 2026-05-24.")
    assert await unsupported("You have 8755 points.", "Account W-8731, as of 2026-05-24.") == ["8755"]
    assert not await unsupported("You have 8755 points.", "Übertrag: 8731 und 24.")


@pytest.mark.parametrize("length", [0, 200_000])
async def test_a_number_is_no_part_of_another_however_much_was_heard(length: int) -> None:
    heard = "-" * length, '{"a":2310.55,"b":"x1731.5"}'
    assert not await unsupported("It is $2310.55, or $1731.50.", *heard)
    assert await unsupported("It is $310.55.", *heard) == ["$310.55"]
    assert await unsupported("It is $1731.", *heard) == ["$1731"]


async def test_what_comes_later_supports_nothing() -> None:
    builder = EpisodeBuilder().say("It is $77.31.").user("Sure?").call("look", text='{"total":77.31}').say("$77.31!")
    score = (await scores_of(builder.done()))["unsupported_number"]
    assert (score.value, score.evidence) == (1.0, (0,))


async def test_who_has_heard_very_many_numbers_is_not_judged() -> None:
    many = ",".join(str(number * 7919) for number in range(1, 400))
    assert not await unsupported("It is $0.13.", f"[{many}]")
