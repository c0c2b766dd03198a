"""Four task programs in one office; the pack of docs/concepts/programs.md."""

from datetime import datetime

from wardian.environments.packs import PackContext
from wardian.environments.programs.pack import ProgramPack
from wardian.environments.programs.program import Program
from wardian.environments.programs.setting import Setting
from wardian.environments.template import Rows, Template

from . import branch_and_loop, heartbeat, minimal, webhook
from .office import OWNER, POLICY, SCHEMA, Office

NOW = datetime(2026, 5, 4, 8)


def open_pack(context: PackContext) -> ProgramPack:
    """The entry point."""
    count, beats, chapters, clutter = (int(context.knobs[name]) for name in ("cases", "beats", "chapters", "clutter"))
    setting = Setting(
        folder=context.folder,
        template=Template(SCHEMA, _clutter(clutter), NOW),
        toolbox=Office,
        policy=POLICY,
        ignore=frozenset({"clock", "mails.subject", "events.title"}),
    )
    programs = [
        Program(minimal.minimal, minimal.solution, minimal.cases(count)),
        Program(branch_and_loop.branch_and_loop, branch_and_loop.solution, branch_and_loop.cases(count, chapters)),
        Program(heartbeat.proactive_heartbeat, heartbeat.solution, heartbeat.cases(count, beats)),
        Program(webhook.proactive_webhook, webhook.solution, webhook.cases(count, beats)),
    ]
    return ProgramPack(context, setting, programs)


def _clutter(count: int) -> Rows:
    """Files and mails that were there before."""
    files = [
        {"path": f"archive/season_{2013 + number}.txt", "content": f"{200 + 7 * number} visitors a day."}
        for number in range(count)
    ]
    mails = [
        {
            "id": f"M{number + 1}",
            "folder": "inbox",
            "sender": f"visitor{number + 1}@post.example",
            "recipient": OWNER,
            "subject": "A lovely garden",
            "body": "We had a wonderful day in your garden.",
            "answers": None,
        }
        for number in range(count)
    ]
    return {"files": files, "mails": mails}
