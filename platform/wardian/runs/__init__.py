"""A run: plan the episodes, execute them, journal what came out, resume what is missing."""
