"""`python -m wardian.optimization.selfcheck.dying FILE SEED LINE`: plays a campaign until it kills itself."""

import sys
from pathlib import Path

from wardian.optimization.selfcheck.ledger import LedgerFile
from wardian.optimization.selfcheck.playing import played
from wardian.optimization.selfcheck.scenario import SCENARIOS

if __name__ == "__main__":
    played(SCENARIOS["planted"], int(sys.argv[2]), LedgerFile(Path(sys.argv[1]), kill_at=int(sys.argv[3])))
