"""How commands read and speak: terminal, streams, logs, whole files."""
