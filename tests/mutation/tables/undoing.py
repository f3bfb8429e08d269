"""Faults in the undo journal, in putting a run back, and in the hold that an undo leaves."""

KIND = "the journal, undo and the hold"

TABLE = {
    "sync/memory/journal.py": {
        "a write of the record alone is put down": (
            ("noted = [one for one in changes if _to_note(one)]", "noted = [*changes]"),
        ),
        "a write of actions alone is not put down": (
            ("return bool(change.fields or change.keys or change", "return bool(change.fields or change"),
        ),
        "a write of osTicket's own due date alone is not put down": ((" or change.date is not None)", ")"),),
        "what the helpdesk refused counts as written": (
            ("        if not refused:\n            return\n", "        if True:\n            return\n"),
        ),
        "what was refused counts among the tickets of a run": (
            ("SET tickets = tickets - ?", "SET tickets = tickets - 0 * ?"),
        ),
        "a ticket that is written twice counts twice": (
            ("if self._written.add(one.ticket_id)}", "if [self._written.add(one.ticket_id)]}"),
        ),
        "a ticket that was refused first and then written counts as none": (
            ("            self._written.drop(one)\n", "            pass\n"),
        ),
        "a run that one person was taken out of counts as before": (
            ("                    _count_anew(connection, run)\n", "                    pass\n"),
        ),
        "what was refused is put back": (
            (
                '            connection.execute("DELETE FROM temp.place WHERE',
                '            connection.execute("SELECT 1 FROM temp.place WHERE',
            ),
        ),
        "an undo finds records where another run's are": (
            ("        if self._places_since == since:\n", "        if self._places_since is not None:\n"),
        ),
        "what stands already counts as refused": (
            ("_TAKEN = frozenset({WriteResult.OK, WriteResult.NOOP})", "_TAKEN = frozenset({WriteResult.OK})"),
        ),
        "a refusal takes back what was written after it": (
            (
                '"INSERT INTO refused VALUES (?, ?)", [(self._batch, one)',
                '"INSERT INTO refused SELECT id, ?2 FROM batch WHERE ?1", [(self._batch, one)',
            ),
        ),
        "every batch is a run of its own": (("            if self.run is None:\n", "            if True:\n"),),
        "a run never ends": (
            ('connection.execute("UPDATE run SET ended_at = ? WHERE id = ?"', 'connection.execute("SELECT ?, ?"'),
        ),
        "runs are kept for ever": (("(now - self._retention.seconds,)", "(0,)"),),
        "runs may take any room": (("            if room < 0:", "            if False:"),),
        "a run that went leaves its entries": (('    "DELETE FROM batch WHERE run = ?",\n', ""),),
        "what was erased can still be read in the file": (('"secure_delete = ON"', '"secure_delete = OFF"'),),
        "what was erased can still be read in the log": (
            ('            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()\n', ""),
        ),
        "a journal without fsync": (('"synchronous = FULL"', '"synchronous = OFF"'),),
        "the log of an undo is on the disk at checkpoints only": (('"synchronous = FULL"', '"synchronous = NORMAL"'),),
        "a damaged journal is thrown away": (
            ("self.set_aside = moved_aside(self.path,", "self.path.unlink(), (self.path,"),
        ),
        "a newer bridge's journal is used": (
            ("if used and (mark, layout) != (_APPLICATION, _VERSION):", "if used and mark != _APPLICATION:"),
        ),
        "somebody else's database is written into": (
            ("if used and (mark, layout) != (_APPLICATION, _VERSION):", "if False:"),
        ),
        "everybody's records are erased with one person's": (
            ("    left, count = without(content, mark)\n", "    left, count = without(content, '')\n"),
        ),
        "a journal lies on any file system": (("        refuse_network_file_system(self.path)\n", ""),),
        "an undo meets earlier runs as well": (
            ("SELECT id, run, content FROM batch WHERE run >= ?", "SELECT id, run, content FROM batch WHERE ? > 0"),
        ),
    },
    "sync/memory/journal_records.py": {
        "records that cannot be read are a bug of the program": (
            (
                "(zlib.error, ValueError, TypeError, LookupError) as error:\n        raise Damaged(f",
                "() as error:\n        raise Damaged(f",
            ),
        ),
        "a record keeps no due date of osTicket's": (("_date_kept(one.date),", "None,"),),
        "whose a record is can be told by a part of the mark alone": (
            (
                "kept = [one for one in records if mark not in one[_WHO]]",
                "kept = [one for one in records if mark[:1] not in one[_WHO]]",
            ),
        ),
    },
    "sync/writer.py": {
        "what is sent is put down after it was sent": (
            (
                "            self.journal.note(changes)\n        outcomes = self.selector.helpdesk.write(Outgoing(changes))\n        if self.journal is not None:\n",
                "            pass\n        outcomes = self.selector.helpdesk.write(Outgoing(changes))\n        if self.journal is not None:\n            self.journal.note(changes)\n",
            ),
        ),
        "what is sent is not put down": (("            self.journal.note(changes)\n", "            pass\n"),),
        "what was refused is not marked": (
            ("            self.journal.answered(changes, outcomes)\n", "            pass\n"),
        ),
    },
    "sync/first_sync.py": {
        "a first sync keeps no journal": (("progress=self.progress, journal=self.journal", "progress=self.progress"),),
    },
    "sync/undo.py": {
        "what people changed since is put back": (
            ("        elif value != before:\n            return stands, False\n", ""),
        ),
        "a field that a lost answer left as it was counts as somebody's": (
            ("        elif value != before:\n", "        else:\n"),
        ),
        "the steps of a run are gone back in the order of writing": (
            ("for before, after in reversed(steps):", "for before, after in steps:"),
        ),
        "a later run is taken for somebody else": (
            (
                "if run != self.run and one.after == stands), None)\n                left.append",
                "if False), None)\n                left.append",
            ),
        ),
        "a due date is put back where the plugin cannot set any": (
            ("if not ours or ticket.native.manual is None:", "if not ours:"),
        ),
        "osTicket's own due date stays as the run made it": (
            ("return None if before == stands else DateChange(", "return None if True else DateChange("),
        ),
        "fields that the helpdesk lacks are put back": (("if not ours or name not in self.writable:", "if not ours:"),),
        "what is put back is not due": (("next_change_at=self.now, open=", "next_change_at=None, open="),),
        "what is put back is not remembered as due before it is sent": (
            ("        self.state.commit(facts={}, tickets=[one.remember for one in changes])\n", ""),
        ),
        "an undo is not put down": (("            self.book.note(changes)\n", "            pass\n"),),
        "an undo never ends": (("            self.book.end()\n", "            pass\n"),),
        "what was put back looks like somebody else's": (
            ('left: dict[str, Any] = {**detail, "fields": {**fields, **back}}', "left: dict[str, Any] = {**detail}"),
        ),
        "what somebody fought over is held against what was put back": (
            ("    if isinstance(corrected, Mapping):\n        left", "    if False:\n        left"),
        ),
        "a conflict while putting back is not tried again": (
            (
                "                elif outcome is not None and outcome.result is WriteResult.CONFLICT:\n                    again",
                "                elif False:\n                    again",
            ),
        ),
        "a ticket that kept changing while it was put back is not told": (
            (
                "                    report.failed.append(TicketError(id=ticket_id, reason=reason))\n                elif",
                "                    pass\n                elif",
            ),
        ),
        "a ticket that is no more is not told by an undo": (
            ("                report.gone.append(ticket_id)\n\n", "                pass\n\n"),
        ),
        "an unreadable ticket is not told by an undo": (
            (
                "                report.failed.append(TicketError(id=ticket_id, reason=told(item.reason)))\n            else",
                "                pass\n            else",
            ),
        ),
        "a ticket that pages leave out is not put back": (
            (
                "        for one in left:\n            yield one, self.helpdesk.ticket(one)",
                "        for one in ():\n            yield one, self.helpdesk.ticket(one)",
            ),
        ),
        "actions of later runs are named as this one's": (
            ("return entry.actions if entry.run == self.run else ()", "return entry.actions"),
        ),
        "a ticket of which some stands counts as put back": (("    elif one.left:\n        report.partly += 1\n", ""),),
        "who only looks writes": (
            ("        if self.state is None or not changes:", "        if not changes:"),
            ("        self.state.commit(facts={}", "        self.state is None or self.state.commit(facts={}"),
        ),
    },
    "sync/memory/hold.py": {
        "a damaged hold holds nothing": (
            ("        return Held()\n\n    def set", "        return None\n\n    def set"),
        ),
        "a hold lasts whatever the policy": (("if not held.binds(policy()):", "if False:"),),
        "another policy lifts a hold for one pass only": (
            ("            self.release()\n            return\n        raise", "            return\n        raise"),
        ),
        "a hold lifts itself": (
            ("        raise GuardRefused(\n", "        self.release()\n        raise GuardRefused(\n"),
        ),
        "a hold is not on the disk when writing begins": (("                os.fsync(stream.fileno())\n", ""),),
        "a hold that a crash tore in half takes the place of the old one": (
            ('draft = self.path.with_name(self.path.name + ".new")', "draft = self.path"),
        ),
        "a folder forgets the hold by a crash": (
            (
                "            draft.replace(self.path)\n            sync_folder(self.path.parent)",
                "            draft.replace(self.path)",
            ),
        ),
    },
    "cli/passes/sync.py": {
        "a pass heeds no hold": (("        hold.check(lambda: sample.policy.digest)\n", ""),),
        "every pass lifts the hold": (
            ("        if release:\n            hold.release()", "        if True:\n            hold.release()"),
        ),
    },
    "cli/passes/undo.py": {
        "an undo holds passes when it is done and not before": (
            (
                "            Hold(settings.state_path).set(Held(run, policy, now))\n            return Undo(",
                "            undo = Undo(",
            ),
            (
                "now=now, state=state, book=book\n            ).carry_out()",
                "now=now, state=state, book=book\n            )\n            report = undo.carry_out()\n            Hold(settings.state_path).set(Held(run, policy, now))\n            return report",
            ),
        ),
        "an undo holds no pass": (("            Hold(settings.state_path).set(Held(run, policy, now))\n", ""),),
        "an undo holds the policy that wrote and not the one in force": (
            ("policy = _policy_in_force(settings) or wrote.policy", "policy = wrote.policy"),
        ),
        "an undo runs beside a pass": (
            (
                "with between_requests(), exclusive(lock_of(settings.state_path)):\n            report = _undone",
                "with between_requests():\n            report = _undone",
            ),
        ),
    },
}
