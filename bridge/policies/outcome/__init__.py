"""What follows from a decision for people and programs: output fields, the reason, the record, JSON."""
