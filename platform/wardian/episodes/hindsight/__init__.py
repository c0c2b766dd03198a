"""From which step on an episode was lost: it is played again, and the reference goes on from each of its states."""
