"""Packs in YAML alone; see `docs/guides/declarative-packs.md`."""
