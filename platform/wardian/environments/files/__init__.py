"""Virtual files: a folder tree in a world's state, and the tools to work in it; see `docs/concepts/environments.md`."""
