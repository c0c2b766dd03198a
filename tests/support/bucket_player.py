"""`wardian resume URL` in a process that believes sooner than others that the one before is dead."""

import asyncio
import os
import sys

from rich.console import Console

from wardian.cli.evaluation import evaluate
from wardian.cli.exits import report
from wardian.cli.results import show_outcome
from wardian.output import open_run
from wardian.storage.ownership import Terms

STALE_S = 8.0
TERMS = Terms(beat_s=0.5, stale_s=STALE_S, pause_s=0.1)
"""Long enough for a machine that has much else to do."""


def main(url: str) -> None:
    """Play what is missing, print the outcome as JSON, and exit with its code."""
    folder = open_run(url, os.environ, TERMS)
    outcome = asyncio.run(evaluate(folder, folder.job(), os.environ, Console(stderr=True)))
    show_outcome(outcome, as_json=True)
    sys.exit(outcome.exit_code)


if __name__ == "__main__":
    with report(debug=False):
        main(sys.argv[1])
