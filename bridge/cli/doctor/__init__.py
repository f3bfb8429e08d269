"""`sla-bridge doctor`: what it looks at, one room of findings."""
