"""What customers call about when something can be mended: one to three causes at once."""

from wardian.base.frozen import Frozen
from wardian.environments.brief import Request

from .carrier import Breakage, Carrier
from .causes import BREAKAGES, DEVICE, agree, restarts
from .desk import Desk, Issue

__all__ = ["SITUATIONS", "Situation", "repair"]


class Situation(Frozen):
    """A kind of trouble.

    Args:
        opening: the customer's words.
        detail: the same again.
        test: what is missing, a key of `TESTS`.
        causes: what may be behind it.
        abroad: where the customer is.
    """

    opening: str
    detail: str
    test: str
    causes: tuple[str, ...]
    abroad: bool = False


SITUATIONS: dict[str, Situation] = {
    "no_service": Situation(
        opening="My phone has no service. I cannot call anybody.",
        detail="I have no service, I want to make calls again.",
        test="service",
        causes=("airplane_mode", "loose_sim", "registration_stuck", "paused_line"),
    ),
    "no_internet": Situation(
        opening="I cannot get onto the internet when I am out of the house.",
        detail="The mobile internet does not work.",
        test="connection",
        causes=("mobile_data_off", "data_used_up", "wrong_apn", "airplane_mode", "registration_stuck"),
    ),
    "slow_internet": Situation(
        opening="The internet on my phone is terribly slow.",
        detail="Every page takes ages, I want it to be fast again.",
        test="speed",
        causes=("data_saver", "vpn", "old_network_mode"),
    ),
    "no_pictures": Situation(
        opening="I want to send a picture message, and it does not leave my phone.",
        detail="Picture messages are not sent.",
        test="pictures",
        causes=("missing_mmsc", "missing_permission", "mobile_data_off", "data_used_up"),
    ),
    "no_internet_abroad": Situation(
        opening="I am on a trip, and my phone has no internet here.",
        detail="I am abroad, and the mobile internet does not work.",
        test="connection",
        causes=("data_roaming_off", "roaming_missing", "mobile_data_off", "data_used_up", "wrong_apn"),
        abroad=True,
    ),
}


def repair(carrier: Carrier, desk: Desk, situation: Situation, causes: list[str]) -> Issue:
    """Break a line and a phone by `causes`, and mend them."""
    breakage = Breakage(phone=_habits(desk, situation))
    for cause in causes:
        breakage |= BREAKAGES[cause]
    places = carrier.countries if situation.abroad else carrier.regions
    someone = carrier.subscriber(desk.random, desk.random.choice(places), breakage, abroad=situation.abroad)
    desk.identify(someone)
    if not situation.abroad:
        desk.call("check_outages", region=someone.region)
    terms = agree(desk, someone, causes)
    desk.look_at_status()
    for cause, mend in DEVICE.items():
        if cause in causes:
            mend(desk, someone)
    if restarts(causes):
        desk.restart(situation.test)
    desk.test(situation.test)
    request = Request(
        opening=situation.opening,
        detail=situation.detail,
        terms=terms.pattern,
        facts=tuple(terms.facts),
        corrections=tuple(terms.corrections),
    )
    return Issue(desk.brief(someone, request, situation.test), tuple(terms.checks))


def _habits(desk: Desk, situation: Situation) -> dict[str, str | int | float | None]:
    """Settings that have nothing to do with it, and that people have for a reason."""
    if situation.test == "speed":
        return {}
    return {"data_saver": desk.random.randint(0, 1), "vpn": desk.random.randint(0, 1)}
