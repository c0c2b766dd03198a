"""Ray job entrypoint: `ray job submit … -- python jobs/evaluate.py configs/quickstart.yaml [--set KEY=VALUE …]`."""

import sys

from wardian.cli.main import main

if __name__ == "__main__":
    main(["run", *sys.argv[1:]])
