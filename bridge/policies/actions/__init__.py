"""What is due to be done for a ticket: which actions, under which keys, in which words."""
