"""The pages that people read, and what stands in them: code blocks, commands, links."""

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGES = (ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md")))
FENCE = re.compile(r"^```(\S*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
FILE = re.compile(r"`([\w./-]+\.(?:ya?ml|py|md))`[^`\n]*(?:\n[^`\n]+)?:\n\n$")
LINK = re.compile(r"\]\(([^)\s]+)\)")
INLINE = re.compile(r"(?<!`)`(wardian [^`]+)`(?!`)")


@dataclass(frozen=True)
class Block:
    """One fenced block; `line` is where its text begins, `file` what the words before it call it."""

    page: Path
    line: int
    language: str
    text: str
    file: str | None

    @property
    def name(self) -> str:
        """For people: `docs/quickstart.md:12`."""
        return f"{label(self.page)}:{self.line}"


@dataclass(frozen=True)
class Command:
    """One command of a console block and what the page says that it prints."""

    line: str
    shown: tuple[str, ...] = ()

    @property
    def words(self) -> list[str]:
        """As the shell would split it, without variables set in front."""
        words = shlex.split(self.line, comments=True)
        while words and re.fullmatch(r"[A-Z_]+=.*", words[0]):
            words.pop(0)
        return words


def label(page: Path) -> str:
    """The page's path, for people."""
    return str(page.relative_to(ROOT))


def blocks(*languages: str) -> list[Block]:
    """All fenced blocks of all pages in these languages; without languages, all."""
    found = [block for page in PAGES for block in blocks_of(page)]
    return [block for block in found if not languages or block.language in languages]


def blocks_of(page: Path) -> Iterator[Block]:
    """The fenced blocks of one page."""
    text = page.read_text(encoding="utf-8")
    for fence in FENCE.finditer(text):
        named = FILE.search(text[: fence.start()])
        line = text.count("\n", 0, fence.start()) + 2
        yield Block(page, line, fence[1], fence[2], named[1] if named else None)


def commands(block: Block) -> list[Command]:
    """The commands of a console block (`$ …`, then output) or of a bash block (every line)."""
    text = block.text.replace("\\\n", " ")
    if block.language == "bash":
        return [Command(part) for line in text.splitlines() for part in _parts(line)]
    found: list[Command] = []
    for line in text.splitlines():
        if line.startswith("$ "):
            found += [Command(part) for part in _parts(line[2:])]
        elif found and line.strip():
            found[-1] = Command(found[-1].line, (*found[-1].shown, line))
    return found


def inline_commands(page: Path) -> list[str]:
    """What stands between backticks in running text and begins with `wardian`."""
    return INLINE.findall(FENCE.sub("", page.read_text(encoding="utf-8")))


def links(page: Path) -> list[str]:
    """Targets of links and images, without those into the web."""
    targets = LINK.findall(FENCE.sub("", page.read_text(encoding="utf-8")))
    return [target for target in targets if not re.match(r"[a-z]+:", target)]


def anchors(page: Path) -> set[str]:
    """What `#…` may name on this page, by GitHub's rule."""
    headings = re.findall(r"^#+ (.*)$", FENCE.sub("", page.read_text(encoding="utf-8")), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def _parts(line: str) -> Iterator[str]:
    """`a && b` are two commands."""
    yield from (part.strip() for part in line.split(" && ") if part.strip())
