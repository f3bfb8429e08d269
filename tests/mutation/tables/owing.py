"""Faults in warning of obligations by letters: twice, for the past, for what is kept, or never."""

KIND = "obligations"

TABLE = {
    "sync/owed_letters.py": {
        "letters are offered again although they left": (("if one.key not in known.settled", "if one.key"),),
        "what waits and holds no longer is not withdrawn": (
            ("if not due.letters and not due.known.waiting:", "if not due.letters:"),
        ),
        "letters that one request cannot carry are forgotten": (
            ("if len(due.letters) > AT_MOST or happened", "if happened"),
        ),
        "more letters are offered than one request carries": (("due.letters[:AT_MOST]", "due.letters"),),
        "a letter that waits counts as sent": (("return one.stands not in UNDER_WAY and not", "return not"),),
        "what the helpdesk does not answer is not offered again": (
            ("again=None if lasts else AGAIN_SECONDS", "again=None"),
        ),
    },
    "sync/owed.py": {
        "letters leave for what came due before actions were on": (
            ("[one for one in letters.actions if offers.is_due(one, now)]", "letters.actions"),
        ),
        "what came due while nothing was declared is lost": ((", offers is not None and dict(offers.since)]", "]"),),
        "obligations are looked at by each pass": (
            ("known[0] == rests_on and now < known[1]", "known[0] == rests_on and False"),
        ),
        "obligations are never looked at again": (("known[0] == rests_on and now < known[1]", "True"),),
        "what stands in the way of letters is told by each look": ((", *self._before(LETTERS)", ""),),
    },
    "sync/engine.py": {
        "letters about obligations are never offered": (
            ('        facts |= survey.owed.offer(self.helpdesk, writer, facts["notices"])\n', ""),
        ),
    },
    "sync/planned/plan.py": {
        "the guard of the first run counts no letters": ((" + len(self.letters)", ""),),
    },
    "policies/obligations/letters.py": {
        "a letter of another period has the same key": ((", owed.first.isoformat()]", "]"),),
        "a letter leaves behind the end of its period": (("not_after=owed.due_at", "not_after=None"),),
        "a point without letters takes the place of one with some": (
            ("in reversed(owed.reached) if one.point.actions), None)", "in reversed(owed.reached)), None)"),
        ),
    },
    "policies/obligations/editions.py": {
        "a period is owed by today's edition": (
            ("        return (self.since is None", "        return (True or self.since is None"),
        ),
        "an older edition owes behind its end": (("self.until is None or first < self.until", "True"),),
    },
}
