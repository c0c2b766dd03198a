"""`python -m wardian.optimization.selfcheck.dying FILE SCENARIO SEED LINE`: plays a campaign until it kills itself."""

import sys
from pathlib import Path

from wardian.optimization.selfcheck.ledger import LedgerFile
from wardian.optimization.selfcheck.playing import played
from wardian.optimization.selfcheck.scenario import SCENARIOS

if __name__ == "__main__":
    path, name, seed, line = sys.argv[1:]
    played(SCENARIOS[name], int(seed), LedgerFile(Path(path), kill_at=int(line)))
