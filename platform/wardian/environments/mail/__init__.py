"""A mailbox in a world's state, and the tools with which an agent works in it."""
