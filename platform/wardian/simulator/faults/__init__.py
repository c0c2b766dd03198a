"""Everything that a provider can get wrong, by name: to try what a client makes of it."""
