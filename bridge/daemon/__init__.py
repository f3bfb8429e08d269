"""A bridge that stays: one pass after the other until it is told to stop, and what it tells of itself."""
