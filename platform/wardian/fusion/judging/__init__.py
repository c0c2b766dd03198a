"""A judge compares answers: what it is shown, how it is asked, and what is made of its words."""
