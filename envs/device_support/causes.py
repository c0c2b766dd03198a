"""Single causes of trouble: how each breaks a line or a phone, and what the agent does about it."""

from collections.abc import Callable
from dataclasses import dataclass, field

from wardian.environments.amounts import amount_check, usd
from wardian.environments.brief import Correction, Fact
from wardian.environments.checks import Check

from .carrier import Breakage, Subscriber
from .desk import Desk, gigabytes

__all__ = ["ACCOUNT", "BREAKAGES", "DEVICE", "Terms", "agree", "restarts"]

_OLD_APN = "old.lark.net"

BREAKAGES: dict[str, Breakage] = {
    "paused_line": Breakage(line={"status": "suspended", "suspended_for": "customer_request"}),
    "roaming_missing": Breakage(line={"roaming": 0}),
    "data_used_up": Breakage(used_up=True),
    "registration_stuck": Breakage(line={"registration": "stuck"}),
    "airplane_mode": Breakage(phone={"airplane_mode": 1}),
    "loose_sim": Breakage(phone={"sim": "loose"}),
    "mobile_data_off": Breakage(phone={"mobile_data": 0}),
    "data_roaming_off": Breakage(phone={"data_roaming": 0}),
    "wrong_apn": Breakage(phone={"apn": _OLD_APN}),
    "data_saver": Breakage(phone={"data_saver": 1}),
    "vpn": Breakage(phone={"vpn": 1}),
    "old_network_mode": Breakage(phone={"network_mode": "2G only"}),
    "missing_mmsc": Breakage(phone={"mmsc": ""}),
    "missing_permission": Breakage(storage=False),
}


@dataclass
class Terms:
    """What the customer has to agree to before the agent changes their account."""

    offers: list[str] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    calls: list[Callable[[], None]] = field(default_factory=list)
    facts: list[Fact] = field(default_factory=list)
    corrections: list[Correction] = field(default_factory=list)
    checks: list[Check] = field(default_factory=list)

    @property
    def pattern(self) -> str:
        """Recognises a text that names all of it."""
        return "".join(rf"(?=[\s\S]*(?:{words}))" for words in self.words)


def agree(desk: Desk, someone: Subscriber, causes: list[str]) -> Terms:
    """The agent asks for a yes to what costs something, and does it."""
    terms = Terms()
    for cause in causes:
        if cause in ACCOUNT:
            ACCOUNT[cause](desk, someone, terms)
    if terms.offers:
        desk.say(f"I see something on your account. Shall I {' and '.join(terms.offers)}?")
    for call in terms.calls:
        call()
    return terms


def restarts(causes: list[str]) -> bool:
    """Whether the phone must be restarted in the end, if everything else has been done."""
    registers = "airplane_mode" in causes or "loose_sim" in causes
    return "wrong_apn" in causes or ("registration_stuck" in causes and not registers)


def _paused_line(desk: Desk, someone: Subscriber, terms: Terms) -> None:
    terms.offers.append("resume your line, which you have paused, so that its monthly fee is due again")
    terms.words.append("resum|reactivat|unpaus")
    terms.calls.append(lambda: desk.call("resume_line", line_id=someone.line_id))


def _roaming_missing(desk: Desk, someone: Subscriber, terms: Terms) -> None:
    cents = someone.plan.roaming_day_cents
    terms.offers.append(f"enable roaming for {usd(cents)} on each day on which you use it")
    terms.words.append("roaming")
    terms.calls.append(lambda: desk.call("enable_roaming", line_id=someone.line_id))
    terms.checks.append(amount_check("told_roaming_price", cents))


def _data_used_up(desk: Desk, someone: Subscriber, terms: Terms) -> None:
    each = someone.plan.gb_cents
    wanted = desk.random.randint(2, 6)
    desk.say(f"Your data is used up. One more gigabyte costs {usd(each)}. How many would you like?")
    terms.offers.append(f"refill {wanted} GB for {usd(each * wanted)}, charged with your next bill")
    terms.words.append("refill|add|top|gb|gigabyte")
    terms.calls.append(lambda: desk.call("refill_data", line_id=someone.line_id, gigabytes=wanted))
    fact, correction = gigabytes(wanted)
    terms.facts.append(fact)
    terms.corrections.append(correction)
    terms.checks.append(amount_check("told_refill_price", each * wanted))


def _registration_stuck(desk: Desk, someone: Subscriber, terms: Terms) -> None:
    terms.calls.append(lambda: desk.call("reset_registration", line_id=someone.line_id))


ACCOUNT: dict[str, Callable[[Desk, Subscriber, Terms], None]] = {
    "paused_line": _paused_line,
    "data_used_up": _data_used_up,
    "roaming_missing": _roaming_missing,
    "registration_stuck": _registration_stuck,
}


def _airplane_mode(desk: Desk, someone: Subscriber) -> None:
    desk.instruct("airplane_mode_off", "Please turn airplane mode off.", "Is airplane mode on or off?")


def _loose_sim(desk: Desk, someone: Subscriber) -> None:
    desk.say("Please take the SIM out of the phone and put it in again, until it clicks.")


def _mobile_data_off(desk: Desk, someone: Subscriber) -> None:
    desk.read_settings("Is mobile data on or off?")
    desk.instruct("mobile_data_on", "Please turn mobile data on.", "Is mobile data on or off?")


def _data_roaming_off(desk: Desk, someone: Subscriber) -> None:
    desk.say("You are abroad. Is data roaming on or off?")
    desk.say("Please turn on data roaming.")


def _wrong_apn(desk: Desk, someone: Subscriber) -> None:
    desk.call("get_access_point", line_id=someone.line_id)
    desk.say("Please open the access point settings: what is the APN?")
    desk.say(f"Please change the APN to {someone.plan.apn}.")


def _missing_mmsc(desk: Desk, someone: Subscriber) -> None:
    desk.call("get_access_point", line_id=someone.line_id)
    desk.say("Please open the access point settings: what is the MMSC?")
    desk.say(f"Please set the MMSC to {someone.plan.mmsc}.")


def _missing_permission(desk: Desk, someone: Subscriber) -> None:
    desk.say("Please check the permissions of the app Messages: which of them does it have?")
    desk.say("Please give the app Messages the permission for storage.")


def _data_saver(desk: Desk, someone: Subscriber) -> None:
    desk.read_settings("Is Data Saver on or off?")
    desk.instruct("data_saver_off", "Please turn Data Saver off.", "Is Data Saver on or off?")


def _vpn(desk: Desk, someone: Subscriber) -> None:
    desk.say("Is a VPN on or off?")
    desk.say("Please turn off the VPN.")


def _old_network_mode(desk: Desk, someone: Subscriber) -> None:
    desk.say("Which network mode is chosen?")
    desk.say("Please set the network mode to 5G/4G automatic.")


DEVICE: dict[str, Callable[[Desk, Subscriber], None]] = {
    "airplane_mode": _airplane_mode,
    "loose_sim": _loose_sim,
    "mobile_data_off": _mobile_data_off,
    "data_roaming_off": _data_roaming_off,
    "old_network_mode": _old_network_mode,
    "data_saver": _data_saver,
    "vpn": _vpn,
    "wrong_apn": _wrong_apn,
    "missing_mmsc": _missing_mmsc,
    "missing_permission": _missing_permission,
}
"""In the order in which they are looked for: what hides others comes first."""
