"""Ray job entrypoint: `ray job submit … -- python jobs/refine.py configs/refine_support.yaml [--set KEY=VALUE …]`."""

import sys

from wardian.cli.main import main

if __name__ == "__main__":
    main(["refine", *sys.argv[1:]])
