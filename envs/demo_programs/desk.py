"""What programs look at again and again."""

from wardian.environments.programs.stage import Stage
from wardian.environments.state import Row


def content_of(env: Stage, path: str) -> str:
    """What is in a file; nothing when it is not there."""
    row = env.one("SELECT content FROM files WHERE path = ?", path)
    return "" if row is None else str(row["content"])


def sent(env: Stage) -> list[Row]:
    """The mails that were sent, in their order."""
    return env.all("SELECT * FROM mails WHERE folder = 'sent' ORDER BY rowid")


def receive(env: Stage, mail_id: str, sender: str, subject: str, body: str) -> None:
    """A mail comes in."""
    mail = {"id": mail_id, "folder": "inbox", "sender": sender, "recipient": "mina@fernhill.example"}
    env.add("mails", {**mail, "subject": subject, "body": body, "answers": None})
