"""What the agent's mails must say, and what none of them may."""

from wardian.base.frozen import Frozen
from wardian.environments.brief import mentions
from wardian.environments.checks import Evidence
from wardian.environments.findings import CheckResult

__all__ = ["MailKeepsQuiet", "MailRead", "MailSays"]

_READING = ("read_mail", "read_thread")

_SENT = "SELECT subject || char(10) || body AS text FROM sent_mails"
_SENT_TO = f"{_SENT} JOIN deliveries ON deliveries.mail = sent_mails.id WHERE recipient = ?"


class MailSays(Frozen):
    """A mail to `recipient` matches `pattern`: who got which files is in the state, what it says is not compared."""

    name: str
    recipient: str
    pattern: str

    def examine(self, evidence: Evidence) -> CheckResult:
        """Search all mails to them."""
        mails = evidence.state.all(_SENT_TO, self.recipient)
        passed = any(mentions(self.pattern, mail["text"]) for mail in mails)
        detail = "" if passed else f"{self.recipient} was not told"
        return CheckResult(name=self.name, passed=passed, detail=detail)


class MailKeepsQuiet(Frozen):
    """No mail matches `pattern`. Who sends none keeps it too, so it is worth nothing while it holds."""

    name: str
    pattern: str

    def examine(self, evidence: Evidence) -> CheckResult:
        """Search all mails."""
        leaked = any(mentions(self.pattern, mail["text"]) for mail in evidence.state.all(_SENT))
        detail = "a mail says it" if leaked else ""
        return CheckResult(name=self.name, passed=not leaked, weight=1.0 if leaked else 0.0, detail=detail)


class MailRead(Frozen):
    """The agent has read a mail, alone or with its thread: what it says about it is no guess."""

    name: str
    mail: str

    def examine(self, evidence: Evidence) -> CheckResult:
        """Search the successful calls."""
        row = evidence.state.one("SELECT thread FROM mails WHERE id = ?", self.mail)
        names = {f'"{self.mail}"', f'"{row["thread"]}"'} if row else set()
        reads = [note.arguments for note in evidence.transcript.succeeded if note.tool in _READING]
        passed = any(name in arguments for name in names for arguments in reads)
        return CheckResult(name=self.name, passed=passed, detail="" if passed else f"{self.mail} was not read")
