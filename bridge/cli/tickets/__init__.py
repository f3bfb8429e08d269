"""Commands about single tickets: decide, explain, export, units."""
