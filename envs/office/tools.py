"""What an assistant can do in the office; `distractor_tools` says how much of the rest is offered."""

from typing import ClassVar

from wardian.environments.agenda.agenda_tools import AgendaTools
from wardian.environments.contacts.contact_tools import ContactTools
from wardian.environments.files.tools import FileTools
from wardian.environments.mail.mail_tools import MailTools
from wardian.environments.tool import ToolError

from .people import HOME, OWNER

__all__ = ["DISTRACTORS", "FREE", "OfficeTools"]

DISTRACTORS = (
    "search_text",
    "write_file",
    "delete_file",
    "find_files",
    "edit_file",
    "move_file",
    "copy_file",
    "make_folder",
    "diff_files",
)
FREE = (
    *("send_mail", "reply_mail", "forward_mail", "move_mail", "label_mail"),
    *("create_meeting", "move_meeting", "invite", "answer_invitation"),
    *("add_contact", "update_contact"),
    *("write_file", "edit_file", "move_file", "copy_file", "delete_file", "make_folder"),
)
"""What needs no yes: all writes but cancel_meeting and delete_contact."""


class OfficeTools(MailTools, AgendaTools, ContactTools, FileTools):
    """Mailbox, calendar, address book and files of the owner."""

    owner = OWNER.email
    utc_offset_hours = HOME.utc_offset
    hidden: ClassVar[frozenset[str]] = frozenset(DISTRACTORS)

    def attachable(self, file: str) -> bool:
        """Whether the tree has this file."""
        try:
            self.files.read(file)
        except ToolError:
            return False
        return True
