"""What has nothing to do with the trouble: other alerts, and changes that look like its cause."""

from datetime import timedelta

from wardian.environments.life.event import Event, News, Once

from .desk import Desk, stamp
from .estate import NOW

__all__ = ["misleading", "other_alerts"]

_NAMES = ("HighCPU", "BacklogGrowing", "SlowBackup", "DiskFillsInSevenDays", "CertificateExpiresSoon", "RetryRate")
_WARNINGS = ("garbage collection took 900 ms", "deprecated call of an old endpoint", "connection reset by a client")
_INSERT = "INSERT INTO alerts(id, service, name, severity, fired_at) VALUES (?, ?, ?, ?, ?)"


def other_alerts(desk: Desk, number: int, affected: set[str]) -> None:
    """Alerts of services that are not `affected`; every other one comes a little later."""
    others = [name for name in desk.estate.services if name not in affected]
    for place, service in enumerate(desk.random.sample(others, min(number, len(others)))):
        alert_id, name = f"A-{300 + place}", _NAMES[place % len(_NAMES)]
        later = place % 2 == 1
        at = desk.ago(-6, -2) if later else desk.ago(5, 200)
        desk.set_up(_INSERT, alert_id, service, name, "low", stamp(at))
        if later:
            news = News(text=f"{alert_id}: {name} on {service} (low).")
            when = Once(after_min=(at - NOW) / timedelta(minutes=1))
            desk.events.append(Event(name=f"noise {alert_id}", when=when, effects=(news,)))


def misleading(desk: Desk, number: int, suffering: list[str]) -> None:
    """Changes of services that only suffer, hours before it began, and warnings without meaning."""
    for place in range(number):
        service = suffering[place % len(suffering)]
        at = stamp(desk.ago(150, 600))
        match (place + desk.random.randint(0, 2)) % 3:
            case 0:
                _deploy(desk, service, at)
            case 1:
                flag = f"{service}.fast-path"
                desk.set_up("UPDATE flags SET enabled = 1, changed_at = ? WHERE name = ?", at, flag)
            case _:
                text = desk.random.choice(_WARNINGS)
                desk.set_up(
                    "INSERT INTO logs(service, at, text) VALUES (?, ?, ?)", service, stamp(desk.ago(1, 9)), text
                )


def _deploy(desk: Desk, service: str, at: str) -> None:
    version = f"v{desk.estate.versions[service] + 1}"
    desk.set_up("INSERT OR IGNORE INTO deploys VALUES (?, ?, ?, 'hotfix')", service, version, at)
    desk.set_up("UPDATE services SET version = ? WHERE name = ?", version, service)
