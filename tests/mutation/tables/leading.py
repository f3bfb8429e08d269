"""Faults where several bridges share a helpdesk: in asking for the lease, in granting it, and in expecting one plan alone."""

KIND = "the lease"

TABLE = {
    "sync/lease.py": {
        "a pass that writes takes no lease": (("                self._take()\n", "                pass\n"),),
        "a policy of one's own that got no answer is another host's": (
            ("own = self._own_since(seen or 0, asked[1:])", "own = None"),
        ),
        "every write takes the lease anew": (("        self._asked_at = now\n", "        self._asked_at = None\n"),),
        "the lease is never renewed": (("elif now - self._asked_at >= self._ttl * _RENEWED_AFTER:", "elif False:"),),
        "every write renews the lease": (("elif now - self._asked_at >= self._ttl * _RENEWED_AFTER:", "elif True:"),),
        "the lease is renewed when it is over": (("_RENEWED_AFTER = 1 / 3", "_RENEWED_AFTER = 3"),),
        "the lease counts from its first take on": (
            (
                "        # From before it was asked: the helpdesk counts from later on.\n        self._asked_at = now",
                "        self._asked_at = now if self._asked_at is None else self._asked_at",
            ),
        ),
        "a batch of any size is one write": (("_AT_ONCE = 250", "_AT_ONCE = 10**9"),),
        "what is left of a batch is not written": (
            ("for start in range(0, len(writes) or 1, _AT_ONCE):", "for start in range(0, 1, _AT_ONCE):"),
        ),
        "the lease is not given back": (
            (
                "            self._helpdesk.lease(LeaseWish(do=LeaseDeed.RELEASE",
                "            (LeaseWish(do=LeaseDeed.RELEASE",
            ),
        ),
        "a lease that was never taken is given back": (
            (
                "        if self._asked_at is None:\n            return\n        self._asked_at = None",
                "        self._asked_at = None",
            ),
        ),
        "a lease that cannot be given back is a trouble": (
            ("with suppress(HelpdeskError, LeaseRefused):", "with suppress(KeyError):"),
        ),
        "any bridge supersedes the policy in force": (
            ("policy_seq if self._supersedes else None", "policy_seq if True else None"),
        ),
        "the policy that was seen is not remembered": (
            ("        if any(self._state.fact(name) != value for name, value in facts.items()):", "        if False:"),
        ),
        "a policy that a killed pass brought is a stranger's": (
            ("        if wish.policy != asked[-1]:", "        if False:"),
        ),
        "a policy that somebody has gone back to counts as seen": (
            ("if own and 0 < (found.policy_seq or 0) - seen <= len(asked) else", "if own else"),
        ),
        "each pass remembers anew by which policy it leads": (
            ("        if wish.policy != asked[-1]:", "        if True:"),
        ),
        "what another policy wrote in between is left as it is": (
            ("{} if known is None or granted.seq <= int(known) + 1 else {SCANNED_AT: NEVER}", "dict[str, str]()"),
        ),
        "every change of the own policy reads everything once more": (("int(known) + 1", "int(known)"),),
        "a policy that was refused counts as seen": (
            (
                "            if not refusal.policy_older:\n                raise\n",
                (
                    "            if not refusal.policy_older:\n                raise\n"
                    "            self._state.commit(facts={POLICY_SEQ: str(self._helpdesk.ping().policy_seq)})\n"
                ),
            ),
        ),
        "the way to supersede a policy is told to who only has to wait": (
            ("            if not refusal.policy_older:\n                raise\n", ""),
        ),
        "a publication needs no lease": (
            (
                "        self._leader.hold()\n        return self._helpdesk.publish(publication)",
                "        return self._helpdesk.publish(publication)",
            ),
        ),
        "actions are declared without the lease": (
            (
                "        self._leader.hold()\n        return self._helpdesk.declare_actions(",
                "        return self._helpdesk.declare_actions(",
            ),
        ),
        "actions are carried out without the lease": (
            (
                "        self._leader.hold()\n        return self._helpdesk.run_actions()",
                "        return self._helpdesk.run_actions()",
            ),
        ),
        "letters of no ticket are offered without the lease": (
            (
                "        self._leader.hold()\n        return self._helpdesk.offer_actions(",
                "        return self._helpdesk.offer_actions(",
            ),
        ),
    },
    "sync/guards.py": {
        "any plan is the expected one": (("if expected is not None and plan.digest != expected:", "if False:"),),
    },
    "cli/passes/sync.py": {
        "an expected plan is compared after it was written": (
            (
                "        check_expected(survey.plan, expect)\n        report = _applied(engine, survey)\n",
                "        report = _applied(engine, survey)\n        check_expected(survey.plan, expect)\n",
            ),
        ),
        "a first sync is written before its plan is compared": (
            ("_begun(engine) if expect is None else None", "_begun(engine)"),
        ),
    },
    "cli/wiring/passes.py": {
        "who supersedes a policy reads before it leads": (
            ("        if supersedes or at_once:\n", "        if at_once:\n"),
        ),
        "a pass that fails keeps the lease": (
            (
                "    finally:\n        with last_words():\n            leader.release()",
                "    except UnicodeError:\n        raise\n    else:\n        with last_words():\n            leader.release()",
            ),
        ),
        "who was told to stop keeps the lease": (
            ("        with last_words():\n            leader.release()", "        leader.release()"),
        ),
    },
    "connectors/helpdesks/osticket.py": {
        "what is written names no lease": (
            ('            self._lease = encode({"holder": wish.holder, "epoch": granted.epoch})\n', ""),
        ),
        "a lease is renewed by the epoch before": (
            ("            self._epoch = granted.epoch\n", "            self._epoch = granted.epoch - 1\n"),
        ),
        "a helpdesk without leases is written into all the same": (
            (
                '            raise _lacking("lease", refusal,',
                (
                    "            if refusal.status == _NO_ROUTE:\n                return LeaseGrant(epoch=1, seq=0)\n"
                    '            raise _lacking("lease", refusal,'
                ),
            ),
        ),
    },
    "connectors/sandbox/writes.py": {
        "a write is not compared with the lease": (('        Lease(store).check(request.get("lease"))\n', ""),),
        "a write is compared with the lease before its transaction": (
            (
                '    with store.transaction():\n        Lease(store).check(request.get("lease"))\n',
                '    Lease(store).check(request.get("lease"))\n    with store.transaction():\n',
            ),
        ),
    },
    "connectors/sandbox/lease.py": {
        "the epoch never grows": (("epoch = epoch + 1, expires", "epoch = max(epoch, 1), expires"),),
        "an older epoch of the same holder still writes": (
            ('if (row["holder"], row["epoch"]) != (holder, epoch):', 'if row["holder"] != holder:'),
        ),
        "another holder writes by the epoch of now": (
            ('if (row["holder"], row["epoch"]) != (holder, epoch):', 'if row["epoch"] != epoch:'),
        ),
        "who names no lease writes while another holds it": (
            (
                "            if self._in_force(row):\n                raise _held(row)\n            return",
                "            return",
            ),
        ),
        "a lease that has lapsed still writes": (
            (
                "if not self._in_force(self._need_own(named.holder, named.epoch)):",
                "if not self._need_own(named.holder, named.epoch):",
            ),
        ),
        "a lease is taken from who holds it": (
            ('if self._in_force(row) and row["holder"] != body.holder:', "if False:"),
        ),
        "a lease that has lapsed is never free": (
            ('return row["holder"] is not None and self._now() < row["expires"]', 'return row["holder"] is not None'),
        ),
        "renewing does not make it longer": (
            ('self._store.row("UPDATE lease SET expires = ?", self._now() + body.ttl)', "pass"),
        ),
        "a lease that was given back is still held": (
            ('self._store.row("UPDATE lease SET holder = NULL, expires = 0")', "pass"),
        ),
        "anybody gives the lease back": (
            (
                '                self._need_own(body.holder, body.epoch)\n                self._store.row("UPDATE lease SET holder',
                '                self._store.row("UPDATE lease SET holder',
            ),
        ),
        "an older policy comes back by itself": (
            ('if row["seq"] and row["policy"] != body.policy and row["seq"] != body.after:', "if False:"),
        ),
        "who has seen any policy replaces the latest": (('and row["seq"] != body.after:', "and body.after is None:"),),
        "a policy that comes again is another one": (
            ('seq = row["seq"] + (row["policy"] != body.policy)', 'seq = row["seq"] + 1'),
        ),
        "a lease of whole seconds": (
            ("return self._store.precise_clock()", "return int(self._store.precise_clock())"),
        ),
    },
}
