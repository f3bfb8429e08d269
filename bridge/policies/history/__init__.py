"""A ticket's log becomes a timeline."""
