"""A decision told to people: why this level, why not another, line by line."""
