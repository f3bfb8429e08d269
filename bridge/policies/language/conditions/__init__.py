"""Conditions: their words, their operators, and the logic between them."""
