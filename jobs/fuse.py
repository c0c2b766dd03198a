"""Ray job entrypoint: `ray job submit … -- python jobs/fuse.py prompts.jsonl --config configs/fusion.yaml`."""

import sys

from wardian.cli.main import main

if __name__ == "__main__":
    main(["fuse", *sys.argv[1:]])
