"""What customers call about when chat cannot mend it, or not alone."""

from collections.abc import Callable

from wardian.environments.amounts import amount_check, usd
from wardian.environments.brief import Request, Wish
from wardian.environments.checks import Communicated, Consulted

from .carrier import Breakage, Carrier
from .desk import Desk, Issue

__all__ = ["LIMITS"]

_SENT = r"\b(?:three|3)(?: working| business)? days"
_OPENING = "My phone has no service. I cannot call anybody."
_DETAIL = "I have no service, I want to make calls again."


def broken_sim(carrier: Carrier, desk: Desk) -> Issue:
    """The error stays after the SIM has been put in again."""
    broken = Breakage(phone={"sim": "broken"})
    someone = carrier.subscriber(desk.random, desk.random.choice(carrier.regions), broken)
    desk.identify(someone)
    desk.call("check_outages", region=someone.region)
    desk.look_at_status()
    desk.say("Please take the SIM out of the phone and put it in again, until it clicks.")
    desk.say("Please look at the status bar again: what does it say now?")
    desk.say("Then the SIM is broken. Shall I send you a new SIM? It is free and arrives within three working days.")
    desk.call("send_replacement_sim", line_id=someone.line_id, reason="broken")
    desk.finish("The new SIM is requested.")
    request = Request(opening=_OPENING, detail=_DETAIL, terms=r"\bsim\b")
    told = Communicated(name="told_arrival", pattern=_SENT)
    return Issue(desk.brief(someone, request, "service"), (told,))


def outage(carrier: Carrier, desk: Desk) -> Issue:
    """Nothing to be done but to wait."""
    region = desk.random.choice(carrier.dark_regions)
    found = carrier.outage(region)
    someone = carrier.subscriber(desk.random, region, Breakage())
    desk.identify(someone)
    desk.call("check_outages", region=region)
    desk.call("notify_when_restored", line_id=someone.line_id, outage_id=found["id"])
    day, time = str(found["expected_end"]).split()
    desk.finish(
        f"There is an outage in {region}. It is expected to end on {day} at {time}, and you will get a message then. "
        "Your phone is fine, there is nothing to change on it."
    )
    hour, minute = time.split(":")
    pattern = rf"\b{hour}[:.]{minute}\b|\b{int(hour) - 12}[:.]{minute} ?p\.?m"
    end = Wish(name="end", said=pattern, ask="When will it work again?", about=r"\boutage\b.*\d")
    request = Request(opening=_OPENING, detail=_DETAIL, kind="question", wishes=(end,))
    return Issue(desk.brief(someone, request, "service"), (Communicated(name="told_end", pattern=pattern),))


def overdue_bill(carrier: Carrier, desk: Desk) -> Issue:
    """The line comes back when the bill is paid, and only then."""
    cents = desk.random.randrange(2105, 7995, 10)
    owing = Breakage(line={"status": "suspended", "suspended_for": "overdue_bill"}, unpaid_cents=cents)
    someone = carrier.subscriber(desk.random, desk.random.choice(carrier.regions), owing)
    desk.identify(someone)
    desk.call("list_bills", line_id=someone.line_id)
    amount = usd(cents)
    desk.say(
        f"Your line is suspended because the bill of {amount} from January is overdue. I cannot resume it. "
        "It comes back by itself once the bill is paid, in the app or in a shop."
    )
    desk.finish("I understand, but I cannot resume it before the bill is paid.")
    request = Request(
        opening=_OPENING,
        detail=_DETAIL,
        kind="refused",
        fallback="Please turn it on until Friday, I will pay then.",
    )
    checks = (
        amount_check("told_amount", cents),
        Consulted(name="looked_at_bills", tools=("list_bills",)),
    )
    return Issue(desk.brief(someone, request, "service"), checks)


def unexplained(carrier: Carrier, desk: Desk) -> Issue:
    """Everything is right, and there is no service."""
    fault = Breakage(line={"port_fault": 1})
    someone = carrier.subscriber(desk.random, desk.random.choice(carrier.regions), fault)
    desk.identify(someone)
    desk.call("check_outages", region=someone.region)
    desk.look_at_status()
    desk.say("Is airplane mode on or off?")
    desk.call("reset_registration", line_id=someone.line_id)
    desk.restart("service")
    desk.say("Please look at the status bar once more: what does it say now?")
    summary = "No service, no outage, registration reset, phone restarted."
    desk.call("transfer_to_human", line_id=someone.line_id, reason="network_fault", summary=summary)
    desk.say("This needs somebody from the network team: I am transferring you to a colleague.")
    request = Request(opening=_OPENING, detail=_DETAIL, kind="handover")
    return Issue(desk.brief(someone, request, "service"))


def gone_phone(carrier: Carrier, desk: Desk) -> Issue:
    """The customer writes from somebody else's computer."""
    someone = carrier.subscriber(desk.random, desk.random.choice(carrier.regions), Breakage())
    reason = desk.random.choice(("lost", "stolen"))
    desk.identify(someone)
    desk.say(
        "Shall I block your line and send a replacement SIM to the address on file? "
        "It is free and arrives within three working days."
    )
    desk.call("block_line", line_id=someone.line_id, reason=reason)
    desk.call("send_replacement_sim", line_id=someone.line_id, reason=reason)
    desk.finish("The line is blocked now, and the new SIM is requested.")
    tale = {
        "lost": "I have lost my phone somewhere in the woods. Please do what has to be done.",
        "stolen": "Somebody has stolen my phone from my bag. Please do what has to be done.",
    }
    request = Request(
        opening=tale[reason],
        detail=f"My phone has been {reason}, nobody should call on my bill.",
        terms=r"(?=[\s\S]*\bblock|[\s\S]*\bsuspend)(?=[\s\S]*\bsim\b)",
    )
    return Issue(desk.brief(someone, request), (Communicated(name="told_arrival", pattern=_SENT),))


LIMITS: dict[str, Callable[[Carrier, Desk], Issue]] = {
    each.__name__: each for each in (broken_sim, outage, overdue_bill, unexplained, gone_phone)
}
