"""Faults in the state file, its token and the lock."""

KIND = "state and lock"

TABLE = {
    "sync/memory/state.py": {
        "the token is written before the commit": (
            (
                "        token = secrets.token_hex(8)\n",
                "        token = secrets.token_hex(8)\n        Mark(token).write(self._beside)\n",
            ),
        ),
        "the token never changes": (("token = secrets.token_hex(8)", 'token = "0" * 16'),),
        "an old copy is trusted": (("if self._mark is None or self._stands != self._mark.token:", "if False:"),),
        "no fsync": (("PRAGMA synchronous = FULL", "PRAGMA synchronous = OFF"),),
        "fsync at checkpoints only": (("PRAGMA synchronous = FULL", "PRAGMA synchronous = NORMAL"),),
        "no log of what is being written": (("PRAGMA journal_mode = WAL", "PRAGMA journal_mode = MEMORY"),),
        "an old log is left beside a new file": (('"-wal", "-shm", ".token"', '".token"'),),
        "facts are saved before the tickets": (
            (
                "        with self._usable(), self._connection:\n            if anew:\n",
                (
                    "        with self._usable(), self._connection:\n"
                    '            self._connection.executemany("INSERT OR REPLACE INTO fact VALUES (?, ?)", [*facts.items()])\n'
                    "            self._connection.commit()\n"
                    "            if anew:\n"
                ),
            ),
        ),
        "gone tickets stay in the state": (("[(one,) for one in gone])", "[(one,) for one in ()])"),),
        "a damaged file is thrown away": (
            ("self.set_aside = moved_aside(self.path,", "self.path.unlink(), (self.path,"),
        ),
        "a damaged file ends every run": (
            ("        self._put_aside()\n        return self._open()", '        raise self._unusable("it is damaged")'),
        ),
        "damage that shows in use is not set aside": (
            (
                "            self._connection.close()\n            self._put_aside()\n",
                "            self._connection.close()\n",
            ),
        ),
        "a newer bridge's state is used": (("(layout := _layout(connection)) > _VERSION", "(layout := 0) > _VERSION"),),
        "somebody else's database is begun anew": (
            ("if mark != _APPLICATION and connection", "if False and connection"),
        ),
        "an older layout is used as it is": (
            (
                "    if _layout(connection) == _VERSION:\n        return",
                "    if _layout(connection) or True:\n        return",
            ),
        ),
        "a network file system is as good as a disk": (("        refuse_network_file_system(self.path)\n", ""),),
        "bytes that nobody has written are not noticed": (("and mark.sum != summed:", "and False:"),),
        "damage after a pass that was killed is not looked for": (("PRAGMA quick_check(1)", "SELECT 'ok'"),),
        "facts that cannot be meant are believed": (("if name := unfit(", "if False and unfit("),),
        "tables that are not ours are used": (("!= set(_SCHEMA):", "== set():"),),
        "ids that are none are believed": (("if type(one) is not int or one <= 0:", "if False:"),),
        "a state whose disk is not mounted is begun anew": (("        refuse_missing_mount(self.path)\n", ""),),
        "a plan makes the state file": (("self._copy() if read_only else self._open()", "self._open()"),),
        "closed tickets count as open": (("SELECT id FROM ticket WHERE open = 1", "SELECT id FROM ticket"),),
    },
    "sync/memory/damage.py": {
        "any trouble with the file is damage": (("code & 0xFF in _DAMAGE", "code & 0xFF in range(99)"),),
    },
    "sync/memory/state_file.py": {
        "a file that took the state's place is not noticed": (("if opened != identity(path):", "if False:"),),
        "symbolic links are followed when writing": (("os.O_CREAT | os.O_NOFOLLOW", "os.O_CREAT"),),
        "everybody may read the state": (("if mode & ~_ALLOWED:", "if False:"),),
    },
    "sync/planned/shelf.py": {
        "what was put aside is not taken back": (
            ('self._file.execute("DELETE FROM found WHERE id = ?", (key,))', "pass"),
        ),
        "what was put aside is not found": (("in self._loose or self._row(", "in self._loose or None is self._row("),),
    },
    "sync/memory/local_disk.py": {
        "a mount that covers another one is not seen": ((">= deepest", "> deepest"),),
    },
    "sync/memory/lock.py": {
        "the lock file is deleted at the end": (
            ("    finally:\n        os.close(handle)", "    finally:\n        path.unlink()\n        os.close(handle)"),
        ),
        "the lock keeps nobody out": (("fcntl.LOCK_EX | fcntl.LOCK_NB", "fcntl.LOCK_SH | fcntl.LOCK_NB"),),
        "a second run waits for the first": (("fcntl.LOCK_EX | fcntl.LOCK_NB", "fcntl.LOCK_EX"),),
        "the holder of the lock is not told": (("os.pwrite(handle, str(os.getpid()).encode(), 0)", "pass"),),
        "a second run empties the file of the first": (
            ("open_private(path, os.O_RDWR)", "open_private(path, os.O_RDWR | os.O_TRUNC)"),
        ),
    },
}
