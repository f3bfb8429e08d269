"""Faults in writing: guards, conflicts, outcomes, batches, and the parts of a write."""

KIND = "guards and writes"

TABLE = {
    "sync/engine.py": {
        "the level guard is asked after the first write": (
            (
                "        if not self.options.allow_mass_change:\n            permitted",
                "        if False:\n            permitted",
            ),
            (
                "        report.gone = len(writer.gone)",
                (
                    "        if not self.options.allow_mass_change:\n"
                    "            check_levels(plan, self.options.guards, known=lambda: 0)\n"
                    "        report.gone = len(writer.gone)"
                ),
            ),
        ),
        "the level guard does not know the tickets that were not met": (
            ('known=lambda: self.state.pressing()["open"],', "known=lambda: 0,"),
        ),
        "each pass of a roll-out is asked about": (("permitted = self.rollout.permitted()", "permitted = 0"),),
        "names that vanished stop nothing": (("            check_names(lost)", "            pass"),),
        "gone tickets are not forgotten": (("gone=sorted(writer.gone), booked=booked)", "booked=booked)"),),
    },
    "sync/sweep.py": {
        "the guard of a shrunken source is never asked": (("if self.guards is not None:", "if False:"),),
        "deletions that the feed told look like a shrunken source": (
            ("if not selector.selection.has_met(ticket_id):", "if ticket_id not in selector.selection.revs:"),
        ),
    },
    "sync/guards.py": {
        "closed tickets make a mass change look small": (
            ("seen = sum(change.remember.open for change in plan.changes)", "seen = len(plan.changes)"),
        ),
        "the level guard stops at its very bound": (
            ("moved * 100 > guards.level_change_percent * base", "moved * 100 >= guards.level_change_percent * base"),
        ),
        "a helpdesk of few tickets is guarded like a large one": (("if base >= guards.minimum and", "if"),),
    },
    "sync/planned/plan.py": {
        "first levels count as a mass change": (
            ("one.name == LEVEL_FIELD and one.before is not None for", "one.name == LEVEL_FIELD for"),
        ),
        "finished cycles are never sent": (("            cycles=cycles,\n            native", "            native"),),
        "the standing part of a decision is never sent": (
            (
                "            detail=detail,\n            cycles=cycles,\n            native",
                "            cycles=cycles,\n            native",
            ),
        ),
        "a detail that changed alone is not written": (
            ("changes and detail_stands and cycles_stand and date", "changes and cycles_stand and date"),
        ),
        "cycles that finished alone are not written": (
            ("changes and detail_stands and cycles_stand and date", "changes and detail_stands and date"),
        ),
        "a due date of osTicket's that changed alone is not written": (
            ("cycles_stand and date is None and not offer.actions:", "cycles_stand and not offer.actions:"),
        ),
        "actions that come alone are not written": (("date is None and not offer.actions:", "date is None:"),),
        "actions are never sent": (("            actions=_unpacked(self.packed_actions),\n", ""),),
        "a plan's digest does not cover its actions": (('[{"actions": one.actions}] if one.keys else []', "[]"),),
        "a due date of osTicket's is never sent": (
            ("            native=None if self.date is None else self.date.write(),\n", ""),
        ),
        "all fields are written, not those that differ": (
            ("    if not settled.changes and detail_stands and", "    if False and"),
        ),
    },
    "sync/writer.py": {
        "a conflict is retried without reading again": (("return self._decide_again(change)", "return [change]"),),
        "a conflict is retried with the revision of its answer": (
            ("return self._decide_again(change)", "return [replace(change, rev=outcome.rev or change.rev)]"),
        ),
        "a conflict counts as written": (
            ("return self._decide_again(change)", "self.remember[change.ticket_id] = change.remember"),
        ),
        "a noop counts as written": (("+= outcome.result is WriteResult.OK", "+= 1"),),
        "a ticket that is gone counts as written": (
            (
                "                self.gone.add(change.ticket_id)",
                "                self.remember[change.ticket_id] = change.remember",
            ),
        ),
        "a refused ticket counts as written": (
            (
                "self._fail(TicketError(id=change.ticket_id, reason=told(reason)), was=change.remember)",
                "self.remember[change.ticket_id] = change.remember",
            ),
        ),
        "a written ticket is not remembered": (
            ("                self.remember[change.ticket_id] = change.remember\n", ""),
        ),
        "a ticket that keeps changing is tried without end": (("for _ in range(ROUNDS):", "for _ in range(50):"),),
        "a ticket that kept changing is not due at once": (
            (
                "        for change in reversed(pending):\n            # Edited",
                "        for change in ():\n            # Edited",
            ),
        ),
        "a ticket that is unreadable after a conflict is lost": (
            ("            self._fail(trouble, was=None)", "            pass"),
        ),
        "a ticket that is gone after a conflict is lost": (("        self.gone |= selection.gone\n", ""),),
        "a ticket that is right after a conflict is not remembered": (
            ("        self.remember.update({one.id: one for one in selection.unchanged.walk()})\n", ""),
        ),
        "a revision that the helpdesk shows and does not take is insisted on": (
            ("if selection.revs.get(change.ticket_id) == change.rev:", "if False:"),
        ),
        "the oldest tickets are written first": (("flow = reversed(pending)", "flow = iter(pending)"),),
        "the first write of many is not read back": (("if probing and len(batch) == 1 and", "if False and"),),
        "a helpdesk that refuses everything is written to until the end": (
            ("if probing and not self._accepted and", "if False and"),
        ),
    },
    "connectors/helpdesks/batches.py": {
        "cycles are left out of the request": (('        (b"cycles", write.cycles),\n', ""),),
        "the revision is not sent": (('"if_rev": write.if_rev, ', ""),),
        "the second half of a batch is not sent": (
            (
                "return self._outcomes(Batch(items=first)) | self._outcomes(Batch(items=second))",
                (
                    "return {item.position: WriteOutcome(id=item.id, result=WriteResult.NOOP) for item in second}"
                    " | self._outcomes(Batch(items=first))"
                ),
            ),
        ),
        "an item that spoils a batch is not tried once more": (
            (
                "            self._suspects.append(batch)\n            return {}",
                (
                    "            only = batch.items[0]\n"
                    "            return {only.position: WriteOutcome(id=only.id, result=WriteResult.INVALID)}"
                ),
            ),
        ),
        "one item that spoils a batch ends the pass": (
            ("_REFUSED_WHOLE = frozenset({400, 413, 422, 500})", "_REFUSED_WHOLE = frozenset[int]()"),
        ),
        "a key that may not write makes every ticket invalid": (
            ("frozenset({400, 413, 422, 500})", "frozenset({400, 401, 403, 413, 422, 500})"),
        ),
        "a batch that is refused is cut without end": (("_REFUSALS_AT_MOST = 24", "_REFUSALS_AT_MOST = 10**6"),),
        "results are matched by position after some were dropped": (
            ("self._send(batch), strict=True))", "self._send(batch), strict=False))"),
            ("return [outcomes[position] for position in range(len(writes))]", "return list(outcomes.values())"),
        ),
    },
    "connectors/helpdesks/plugin_answers.py": {
        "results are taken for those of other tickets": (
            ("if [one.id for one in outcomes] != list(ids):", "if len(outcomes) != len(ids):"),
        ),
        "an unknown result counts as written": (
            (
                'result=WriteResult(item["result"]),',
                'result=WriteResult(item["result"]) if item["result"] in list(WriteResult) else WriteResult.OK,',
            ),
        ),
    },
}
