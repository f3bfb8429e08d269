"""A compiled agreement: levels, rules, metrics, and the facts that conditions look at."""
