"""Prompts that stand in files of their own."""

from pathlib import Path

from wardian.specs.document import Document

__all__ = ["read_prompt", "read_prompts"]

PREFIX = "file:"
LARGEST = 1024 * 1024


def read_prompts(document: Document, folder: Path) -> None:
    """Replace every `prompts.NAME: file:PATH` by the file's text; paths start at `folder`."""
    prompts = document.get(("prompts",))
    if not isinstance(prompts, dict):
        return
    for name, text in prompts.items():
        if isinstance(text, str) and text.startswith(PREFIX):
            try:
                prompts[name] = read_prompt(folder / text.removeprefix(PREFIX).strip())
            except ValueError as error:
                document.complain(("prompts", name), str(error))


def read_prompt(path: Path) -> str:
    """The text of a file.

    Raises:
        ValueError: in a line, when there is none.
    """
    try:
        if path.stat().st_size > LARGEST:
            raise ValueError(f"the file '{path}' is larger than {LARGEST // 1024} KiB")
        text = path.read_text(encoding="utf-8-sig").strip()
    except UnicodeDecodeError:
        raise ValueError(f"the file '{path}' is not UTF-8 text") from None
    except OSError as error:
        reason = "there is no file" if isinstance(error, FileNotFoundError) else "cannot read"
        raise ValueError(f"{reason} '{path}'") from None
    if not text:
        raise ValueError(f"the file '{path}' is empty")
    return text
