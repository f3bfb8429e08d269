"""What is handed out: the distribution, byte for byte the same from the same commit, and a Debian package made of it."""
