"""What a run says to people: the leaderboard and its intervals."""
