"""What the agent's mails must say, and which mails it must have read."""

from wardian.base.frozen import Frozen
from wardian.environments.brief import mentions
from wardian.environments.checks import Evidence
from wardian.environments.findings import CheckResult

__all__ = ["MailRead", "MailSays"]

_READING = ("read_mail", "read_thread")

_SENT_TO = (
    "SELECT subject || char(10) || body AS text FROM sent_mails JOIN deliveries ON mail = sent_mails.id "
    "WHERE recipient = ?"
)


class MailSays(Frozen):
    """A mail to `recipient` matches `pattern` and not `but_not`.

    Who got how many mails with which files is in the state; what they say is not compared there.
    """

    name: str
    recipient: str
    pattern: str
    but_not: str = ""

    def examine(self, evidence: Evidence) -> CheckResult:
        """Search all mails to them."""
        mails = evidence.state.all(_SENT_TO, self.recipient)
        passed = any(mentions(self.pattern, mail["text"]) and not self._spoils(mail["text"]) for mail in mails)
        detail = "" if passed else f"{self.recipient} was not told"
        return CheckResult(name=self.name, passed=passed, detail=detail, milestone=True)

    def _spoils(self, text: str) -> bool:
        return bool(self.but_not) and mentions(self.but_not, text)


class MailRead(Frozen):
    """The agent has read a mail, alone or with its thread: what it says about it is no guess."""

    name: str
    mail: str

    def examine(self, evidence: Evidence) -> CheckResult:
        """Search the successful calls."""
        row = evidence.state.one("SELECT thread FROM mails WHERE id = ?", self.mail)
        names = {f'"{self.mail}"', f'"{row["thread"]}"'} if row else set()
        reads = [note for note in evidence.transcript.succeeded if note.tool in _READING]
        seen = [note.action for note in reads if any(name in note.arguments for name in names)]
        detail = "" if seen else f"{self.mail} was not read"
        return CheckResult(name=self.name, passed=bool(seen), detail=detail, milestone=True, actions=tuple(seen[:1]))
