"""Files that people write: strict YAML with positions, bounded; what is wrong in them, in words."""
