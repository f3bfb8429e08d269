"""An agreement on trial: policy tests, and what a candidate would change."""
