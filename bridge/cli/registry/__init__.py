"""`sla-bridge registry`: customers, who runs what, whom to tell of releases."""
