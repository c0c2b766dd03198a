"""Services like those behind an HTTP API: keys, pages, limits and lateness around the tools of a world."""
