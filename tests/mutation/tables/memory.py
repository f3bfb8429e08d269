"""Faults in the state file, its token and the lock."""

KIND = "state and lock"

TABLE = {
    "sync/state.py": {
        "the token is written before the commit": (
            (
                "        token = secrets.token_hex(8)\n",
                "        token = secrets.token_hex(8)\n        self._token.write_text(token)\n",
            ),
        ),
        "the token never changes": (("token = secrets.token_hex(8)", 'token = "0" * 16'),),
        "an old copy is trusted": (("if self.fact(_TOKEN) != token:", "if False:"),),
        "no fsync": (("PRAGMA synchronous = FULL", "PRAGMA synchronous = OFF"),),
        "fsync at checkpoints only": (("PRAGMA synchronous = FULL", "PRAGMA synchronous = NORMAL"),),
        "no log of what is being written": (("PRAGMA journal_mode = WAL", "PRAGMA journal_mode = MEMORY"),),
        "an old log is left beside a new file": (('for suffix in ("-wal", "-shm"):', "for suffix in ():"),),
        "facts are saved before the tickets": (
            (
                '        with self._usable(), self._connection:\n            self._connection.executemany("DELETE FROM ticket',
                (
                    "        with self._usable(), self._connection:\n"
                    '            self._connection.executemany("INSERT OR REPLACE INTO fact VALUES (?, ?)", [*facts.items()])\n'
                    "            self._connection.commit()\n"
                    '            self._connection.executemany("DELETE FROM ticket'
                ),
            ),
        ),
        "gone tickets stay in the state": (("[(one,) for one in gone])", "[(one,) for one in ()])"),),
        "a damaged file is thrown away": (("self.path.rename(self.set_aside)", "self.path.unlink()"),),
        "a damaged file ends every run": (
            ("        self._put_aside()\n        return self._open()", '        raise self._unusable("it is damaged")'),
        ),
        "damage that shows in use is not set aside": (
            (
                "            self._connection.close()\n            self._put_aside()\n",
                "            self._connection.close()\n",
            ),
        ),
        "any trouble with the file is damage": (("code & 0xFF in _DAMAGE", "code & 0xFF in range(99)"),),
        "a newer bridge's state is used": (("(layout := _layout(connection)) > _VERSION", "(layout := 0) > _VERSION"),),
        "somebody else's database is begun anew": (("if mark != _APPLICATION and", "if False and"),),
        "an older layout is used as it is": (
            (
                "    if _layout(connection) == _VERSION:\n        return",
                "    if _layout(connection) or True:\n        return",
            ),
        ),
        "a network file system is as good as a disk": (("        refuse_network_file_system(self.path)\n", ""),),
        "a plan makes the state file": (("self._copy() if read_only else self._open()", "self._open()"),),
        "closed tickets count as open": (("SELECT id FROM ticket WHERE open = 1", "SELECT id FROM ticket"),),
    },
    "sync/local_disk.py": {
        "a mount that covers another one is not seen": ((">= deepest", "> deepest"),),
    },
    "sync/lock.py": {
        "the lock file is deleted at the end": (
            ("    finally:\n        os.close(handle)", "    finally:\n        path.unlink()\n        os.close(handle)"),
        ),
        "the lock keeps nobody out": (("fcntl.LOCK_EX | fcntl.LOCK_NB", "fcntl.LOCK_SH | fcntl.LOCK_NB"),),
        "a second run waits for the first": (("fcntl.LOCK_EX | fcntl.LOCK_NB", "fcntl.LOCK_EX"),),
        "the holder of the lock is not told": (("os.pwrite(handle, str(os.getpid()).encode(), 0)", "pass"),),
        "a second run empties the file of the first": (
            ("os.O_RDWR | os.O_CREAT | os.O_CLOEXEC", "os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_TRUNC"),
        ),
    },
}
