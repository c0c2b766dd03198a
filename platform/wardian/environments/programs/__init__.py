"""Tasks as programs in plain Python; see `docs/concepts/programs.md`."""
