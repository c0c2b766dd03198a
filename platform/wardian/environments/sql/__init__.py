"""Raw SQL as a tool: an agent may send any text, and SQLite itself is asked what it would do."""
