"""Connection, secrets, guard rails and field map: from bytes to models."""
