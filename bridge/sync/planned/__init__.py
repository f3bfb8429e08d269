"""What a pass would write: each field beside the one that stands, whose it is, which actions go with it."""
