"""Two runs beside each other: what became better or worse, and how sure that is."""
