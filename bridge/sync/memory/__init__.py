"""What lasts between passes, in files of this host: the state and its facts, the journal, the archive, the hold, the lock."""
