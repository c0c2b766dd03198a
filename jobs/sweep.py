"""Ray job entrypoint: `ray job submit … -- python jobs/sweep.py configs/sweep_prompts.yaml`."""

import sys

from wardian.cli.main import main

if __name__ == "__main__":
    main(["sweep", *sys.argv[1:]])
