"""One pass: select, decide, compare, guard, write, remember."""
