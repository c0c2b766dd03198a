"""How each provider wants to be asked, and how it answers: one dialect a file, all read into the same `Reply`."""
