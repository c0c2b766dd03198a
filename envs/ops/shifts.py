"""A whole shift: alerts ring, the engineer looks, mends, waits, and reports."""

from datetime import timedelta

from wardian.environments.brief import Request, Wish
from wardian.environments.checks import Communicated
from wardian.environments.life.event import Conditional, Event, Mutation, News, Once, Recurring

from .desk import Desk, stamp
from .estate import NOW
from .health import RECOVERY
from .noise import misleading, other_alerts
from .troubles import Trouble

__all__ = ["false_alarm", "work_through"]

_INSERT = "INSERT INTO alerts(id, service, name, severity, fired_at) VALUES (?, ?, ?, ?, ?)"
_ESCALATES_MIN = 25
_PAGES_MIN = 8
_RESOLVES_MIN = RECOVERY / timedelta(minutes=1)
_UNHEARD = "SELECT 1 FROM alerts WHERE severity = 'critical' AND NOT acknowledged"
_ESCALATE = "UPDATE alerts SET escalated = 1 WHERE severity = 'critical'"
"""Of the alert that the engineer is called for. The same words in all tasks are parsed once."""


def work_through(desk: Desk, trouble: Trouble, noise: int, herrings: int) -> Request:
    """The shift of somebody who follows the trouble to its end."""
    affected = desk.estate.affected(trouble.broken)
    top = trouble.way[0]
    alerts = _alerts(desk, trouble, affected)
    other_alerts(desk, noise, affected)
    misleading(desk, herrings, [name for name in trouble.way if name not in trouble.broken] or [top])
    _rings(desk, alerts[0][0], top)
    if trouble.closes and trouble.root_cause != "external_provider":
        _resolves(desk, alerts[0][0], top)
    desk.call("list_alerts")
    desk.call("acknowledge_alert", alert_id=alerts[0][0])
    desk.call("check_health", service=top)
    for service in trouble.way:
        desk.call("search_logs", service=service)
    desk.call("get_service", service=trouble.way[-1])
    desk.call("read_runbook", name=trouble.runbook)
    desk.call("get_change_calendar")
    desk.call(
        "open_incident", severity=_severity(desk, affected), title=f"{top} unhealthy because of {trouble.component}"
    )
    for alert_id, _ in alerts[1:]:
        desk.call("acknowledge_alert", alert_id=alert_id)
    trouble.mend()
    _report(desk, trouble, top)
    desk.checks.append(Communicated(name="told_cause", pattern=rf"\b{trouble.component}\b"))
    return _request(top, "HighErrorRate", alerts[0][0])


def false_alarm(desk: Desk, noise: int, herrings: int) -> Request:
    """Only the probe is broken."""
    service = desk.random.choice(sorted(desk.estate.services))
    desk.set_up(_INSERT, "A-100", service, "ProbeFailed", "critical", stamp(desk.ago(3, 9)))
    for minutes in (2, 4, 6):
        for place, result in (("Oslo", "timed out"), ("Lisbon", "ok, 84 ms")):
            text = f"probe from {place}: {result}"
            desk.set_up(
                "INSERT INTO logs(service, at, text) VALUES (?, ?, ?)", service, stamp(desk.ago(minutes, minutes)), text
            )
    other_alerts(desk, noise, {service})
    misleading(desk, herrings, [name for name in desk.estate.services if name != service][:3])
    _rings(desk, "A-100", service)
    desk.call("list_alerts")
    desk.call("acknowledge_alert", alert_id="A-100")
    desk.call("check_health", service=service)
    desk.call("search_logs", service=service)
    desk.call("read_runbook", name="probe-flapping")
    desk.call("silence_alert", alert_id="A-100", minutes=120)
    desk.say(
        f"{service} is healthy: it was a false alarm of one probe location. A-100 is silenced for two hours. "
        "Is there anything else?"
    )
    desk.checks.append(Communicated(name="told_cause", pattern=r"\bfalse (?:alarm|positive|alert)"))
    return _request(service, "ProbeFailed", "A-100")


def _alerts(desk: Desk, trouble: Trouble, affected: set[str]) -> list[tuple[str, str]]:
    """Alerts of this trouble with their services, the first for the top of the way."""
    others = sorted(affected - {trouble.way[0]})
    ringing = [trouble.way[0], *desk.random.sample(others, min(len(others), desk.random.randint(1, 2)))]
    numbers = desk.random.sample(range(101, 190), len(ringing))
    for number, service in zip(numbers, ringing, strict=True):
        first = service == trouble.way[0]
        name, severity = ("HighErrorRate", "critical") if first else ("HighLatency", "warning")
        desk.set_up(_INSERT, f"A-{number}", service, name, severity, stamp(desk.ago(2, 15)))
    return [(f"A-{number}", service) for number, service in zip(numbers, ringing, strict=True)]


def _rings(desk: Desk, alert_id: str, service: str) -> None:
    """An alert that nobody acknowledges rings again, and goes to somebody else in the end."""
    again = News(text=f"{alert_id} on {service} is still firing, and nobody has acknowledged it.")
    escalated = Mutation(sql=(_ESCALATE,))
    gone = News(text=f"{alert_id} on {service} was escalated to your manager.")
    desk.events += [
        Event(name="rings", when=Recurring(every_min=_PAGES_MIN, times=3), effects=(again,), provided=_UNHEARD),
        Event(name="escalates", when=Once(after_min=_ESCALATES_MIN), effects=(escalated, gone), provided=_UNHEARD),
    ]


def _resolves(desk: Desk, alert_id: str, service: str) -> None:
    """An alert says so when its service is healthy again, which is a while after the fix."""
    healthy = Conditional(sql="SELECT 1 FROM conditions WHERE ended IS NOT NULL", after_min=_RESOLVES_MIN)
    news = News(text=f"{alert_id}: HighErrorRate on {service} has resolved.")
    desk.events.append(Event(name="resolves", when=healthy, effects=(news,)))


def _severity(desk: Desk, affected: set[str]) -> str:
    return f"sev{min(desk.estate.services[name].tier for name in affected)}"


def _report(desk: Desk, trouble: Trouble, top: str) -> None:
    if not trouble.closes:
        desk.say(
            f"{trouble.component} is broken, and its data is at risk: I have paged its team and touched nothing. "
            "INC-1 stays open for them. Is there anything else?"
        )
        return
    if trouble.root_cause != "external_provider":
        desk.call("wait", minutes=10)
    desk.call("check_health", service=top)
    cause = trouble.root_cause
    summary = f"{top} failed because of {trouble.component} ({cause})."
    desk.call("close_incident", incident_id="INC-1", component=trouble.component, root_cause=cause, summary=summary)
    words = cause.replace("_", " ")
    desk.say(
        f"{top} is healthy again. The cause was {trouble.component}: {words}. INC-1 is closed. Is there anything else?"
    )


def _request(service: str, name: str, alert_id: str) -> Request:
    report = r"\binc-\d|\bfalse (?:alarm|positive|alert)"
    return Request(
        opening=f"{NOW:%H:%M}, {alert_id}: {name} on {service}. Please look after it, and tell me when it is over.",
        detail=f"I want to know what is wrong with {service}, and when it is over.",
        kind="question",
        wishes=(Wish(name="report", said=report, ask="Is there an incident, and what was the cause?"),),
    )
