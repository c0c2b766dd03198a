"""What customers do with their phones when they are told to, and how they report it."""

from wardian.environments.brief import Deed

from .personas import CALLERS

__all__ = ["TESTS", "deeds"]

TESTS = {
    "service": ("status_bar", r"\b4 bars|some bars"),
    "connection": ("speed_test", r"\bmbps\b"),
    "speed": ("speed_test", r"\bfast\b"),
    "pictures": ("picture", r"has been sent"),
}
"""By what the customer misses: the deed that tries it, and the report that says that it works."""

_SWITCHES = {
    "airplane_mode": r"(?:airplane|aeroplane|flight)(?: mode)?",
    "mobile_data": r"(?:mobile|cellular) data",
    "wifi": r"wi-?fi",
    "data_roaming": r"(?:data )?roaming",
    "data_saver": r"data[- ]sav(?:er|ing)(?: mode)?",
    "vpn": r"vpn(?: app| connection)?",
}
_TITLES = {
    "airplane_mode": "Airplane mode",
    "mobile_data": "Mobile data",
    "wifi": "Wi-Fi",
    "data_roaming": "Data roaming",
    "data_saver": "Data Saver",
    "vpn": "The VPN",
}
_THE = r"(?:the |your |that |a |any )?(?:switch (?:for|of|next to) )?[\"'“]?"
_TURN = r"\b(?:turn|switch|put|toggle)"
_THEN = r"(?:,| and| then| again| it| back| turn| switch| wait| for| a| about| \w+ (?:seconds?|minutes?))* "
"""Between one way and the other: "off, wait ten seconds and turn it back on"."""
_END = r"(?= again|\s*$|[.,;:!?)]| and\b| then\b)"
"""Behind it no other thing is named: "off, and turn on Wi-Fi" is something else."""


def deeds(line_id: str, persona: str, test: str) -> tuple[Deed, ...]:
    """All that a customer can do.

    Args:
        line_id: of their phone.
        persona: one of `CALLERS`.
        test: what they miss, a key of `TESTS`.
    """
    vague = persona == "vague"
    switches = (deed for name in _SWITCHES for deed in _flips(name))
    found = (*switches, *_CHANGES, *_glances(vague=vague), *map(_one_setting, _SWITCHES), *_TRIALS)
    slips = CALLERS[persona].confuses
    tried, works = TESTS[test]
    return tuple(
        _of(deed, line_id, settles=works if deed.name == tried else "", slips=deed.name in slips) for deed in found
    )


def _of(deed: Deed, line_id: str, *, settles: str, slips: bool) -> Deed:
    return deed.model_copy(
        update={
            "arguments": {**deed.arguments, "line_id": line_id},
            "settles": settles,
            "mistaken": _MISTAKES.get(deed.name, "Okay, I have done that.") if slips else "",
        }
    )


def _flips(name: str) -> tuple[Deed, Deed]:
    """Turning it on and off. Off and on again counts as on, on and off again as both, in this order."""
    return _flip(name, "on", "off", r"enable|activate"), _flip(name, "off", "on", r"disable|deactivate|leave|exit")


def _flip(name: str, way: str, other: str, verbs: str) -> Deed:
    thing = rf"{_THE}{_SWITCHES[name]}[\"'”]?"
    patterns = [
        rf"{_TURN} {thing} (?:mode )?(?:back )?{way}\b(?!{_THEN}on{_END})",
        rf"{_TURN} {thing} (?:mode )?{other}\b{_THEN}{way}{_END}",
        rf"{_TURN} (?:back )?{way} {thing}(?!{_THEN}on{_END})",
        rf"{_TURN} {other} {thing}{_THEN}{way}{_END}",
        rf"\b(?:{verbs}) {thing}",
        rf"\bmake sure (?:that )?{thing} is (?:turned )?{way}\b",
    ]
    if name == "airplane_mode":
        patterns.append(rf"\btoggle {thing}")
    said = f"{_TITLES[name]} is {{state}} now."
    arguments = {"switch": name, "on": way == "on"}
    return Deed(name=f"{name}_{way}", asked="|".join(patterns), tool="flip", arguments=arguments, reports=said)


def _one_setting(name: str) -> Deed:
    way = r"(?:currently |now )?(?:turned |switched |set to )?(?:on|off|active|enabled)\b"
    words = rf"{_THE}{_SWITCHES[name]}[\"'”]?"
    asked = rf"\bis {words} {way}|\b(?:whether|if) {words} is {way}"
    return Deed(name=f"is_{name}", asked=asked, tool="check_settings", reports=f"{_TITLES[name]} is {{{name}}}.")


def _glances(*, vague: bool) -> tuple[Deed, ...]:
    status = "Hm, {glance}." if vague else "I see {bars} bars, and it says '{display}'."
    listed = (
        "Airplane mode is {airplane_mode}, mobile data {mobile_data}, data roaming {data_roaming}, "
        "Data Saver {data_saver}, VPN {vpn}, and the network mode is '{network_mode}'."
    )
    settings = "There is a long list of things. Which one do you mean?" if vague else listed
    return (
        Deed(
            name="status_bar",
            asked=r"\bstatus bar|\btop of (?:the|your) (?:screen|phone|display)|\bat the top\b|\bsignal strength"
            r"|\b(?:how many|any) (?:signal )?bars|\b(?:airplane|plane) (?:icon|symbol)"
            r"|\bdo you see\b.*\b(?:service|signal|sim|bars|error)\b",
            tool="check_status_bar",
            reports=status,
        ),
        Deed(
            name="settings",
            asked=r"\b(?:look|read|tell|what|check|open|go)\b.*\b(?:network|connection|mobile|phone'?s?) settings",
            tool="check_settings",
            reports=settings,
        ),
        Deed(
            name="network_mode",
            asked=r"\b(?:which|what|look|tell|check|is)\b.*\b(?:preferred )?network (?:mode|type)",
            tool="check_settings",
            reports="The network mode is '{network_mode}'.",
        ),
    )


def _typed(name: str) -> tuple[Deed, Deed]:
    """What is typed stands behind the field's name, or before it."""
    value = rf"[\"'“]?(?P<{name}>\w+(?:\.\w+)+)"
    behind = rf"\b{name}\b[^?]{{0,30}}?(?:(?<!is set )\bto:?|\benter|\btype(?: in)?|\bbe|:|=) ?{value}"
    before = (
        rf"\b(?:type|enter|put|write)\b(?: in)?:? {value}[\"'”]? (?:as|into|for|in|at|under) (?:the )?[\"'“]?{name}"
    )
    said = f"The {name.upper()} is {{typed}} now."
    return (
        Deed(name=name, asked=behind, tool="set_access_point", reports=said),
        Deed(name=f"{name}_before", asked=before, tool="set_access_point", reports=said),
    )


_MISTAKES = {"status_bar": "It all looks normal to me.", "restart": "Okay, it has restarted, I think."}

_CHANGES = (
    Deed(
        name="network_mode_automatic",
        asked=r"\b(?:set|change|switch|choose|select|put)\b.*\bnetwork (?:mode|type)\b.*\b(?:auto\w*|5g|4g)",
        tool="choose_network_mode",
        reports="The network mode is '{mode}' now.",
    ),
    *_typed("apn"),
    *_typed("mmsc"),
    Deed(
        name="sim",
        asked=r"\b(?:re-?insert|re-?seat|take out|remove|eject)\b.*\bsim\b"
        r"|\b(?:take|pull) (?:the |your )?sim (?:card )?out\b",
        tool="reinsert_sim",
        reports="I took the SIM out and put it in again.",
    ),
    Deed(
        name="permission",
        asked=r"\b(?:allow|give|grant|enable|turn on|switch on)\b.*\b(?P<permission>storage|sms)\b",
        tool="allow",
        reports="Messages has the permission '{permission}' now.",
    ),
    Deed(
        name="factory_reset",
        asked=r"^(?!.*\bwould (?!you)).*(?:\b(?:do|perform|run|try|start|go for)\b.*\bfactory[- ]reset"
        r"|\bfactory[- ]reset (?:the|your|it)|\breset (?:it|the phone|your phone)\b"
        r"|\b(?:erase|wipe) (?:the|your|everything|all))",
        tool="factory_reset",
        reports="Okay … the phone has erased everything.",
    ),
    Deed(
        name="restart",
        asked=r"\b(?:restart|reboot|power[- ]cycle)\b|\bturn (?:the |your )?phone off and\b.*\bon\b",
        tool="restart",
        reports="It has restarted.",
    ),
)

_TRIALS = (
    Deed(
        name="access_point",
        asked=r"\b(?:what|which|look|check|read|see|tell|open)\b.*\b(?:access point|apn|mmsc)\b",
        tool="check_access_point",
        reports="The APN is {apn}, and the MMSC is {mmsc}.",
    ),
    Deed(
        name="permissions",
        asked=r"\b(?:which|what|check|look|see|list|tell)\b.*\bpermissions?\b",
        tool="check_permissions",
        reports="Storage is {storage}, and SMS is {sms}.",
    ),
    Deed(
        name="speed_test",
        asked=r"\bspeed ?test\b|\b(?:measure|test|check) (?:the |your )?(?:internet )?speed\b"
        r"|\bopen (?:a|any|some) (?:web ?site|page)",
        tool="run_speed_test",
        reports="It says {mbps} Mbps. That is {verdict}.",
        fails="It says that there is no connection.",
    ),
    Deed(
        name="picture",
        asked=r"\bsend\b.*\b(?:picture|photo|image|mms)\b|\btry (?:a|the) (?:picture|photo|mms)",
        tool="send_test_picture",
        reports="The picture has been sent.",
        fails="The picture was not sent.",
    ),
)
