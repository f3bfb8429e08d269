"""Faults in carrying actions from the decision to the helpdesk: for the past, twice, in a storm, or never."""

KIND = "actions"

TABLE = {
    "sync/planned/offers.py": {
        "actions are offered for what lies before they were switched on": (
            (
                "since is not None and since <= action.not_before <= now",
                "since is not None and action.not_before <= now",
            ),
        ),
        "actions that nobody declared are offered": (
            ("since = self.since.get(action.id)", "since = self.since.get(action.id, 0)"),
        ),
        "more actions are offered than a write may carry": (("actions=due[:AT_MOST]", "actions=due"),),
        "actions that a write cannot carry are forgotten": (
            ("again_at=now if len(due) > AT_MOST else None", "again_at=None"),
        ),
        "a first sync carries out actions unguarded": (("        if self.waits:", "        if False:"),),
        "a ticket that a first sync passed over has lost its actions": (
            ("return Offer(again_at=now) if due else NOTHING", "return NOTHING"),
        ),
        "what a killed pass left is not noticed": (("self.under_way |= one.state in UNDER_WAY", "pass"),),
        "a lost state guards a first run again": (('self.acted |= one.state == "done"', "pass"),),
    },
    "sync/action_outcomes.py": {
        "a ticket for which something was done is not decided again": (
            ('        return state == "done"', "        return False"),
        ),
        "an intent that somebody overtook is not decided again": (
            ("return moved or not answered.issuperset(offered)", "return moved"),
        ),
        "a switch that was turned is not noticed": (("        self.stale |= unkept\n", ""),),
    },
    "sync/actions.py": {
        "actions are declared by each pass": (("0 <= now - last.at < AGAIN_SECONDS", "False"),),
        "a declaration is never renewed": (("0 <= now - last.at < AGAIN_SECONDS", "True"),),
        "changed limits are not declared": ((" and last.limits == self.limits.declared", ""),),
        "a changed policy is not declared": (("last.basis == self.basis and ", ""),),
        "who only looks declares": (
            ("if self.state.read_only or not last.actions or fresh:", "if fresh:"),
            ("        if self.state.read_only:\n            before", "        if False:\n            before"),
        ),
        "actions that are off are not taken back": (
            (
                "if last is None or not last.actions or self.state.read_only:\n            return None\n        told",
                "if True:\n            return None\n        told",
            ),
        ),
        "actions that are off are taken back by each pass": (
            (
                "told = _told(helpdesk, LastDeclaration(at=now, basis=self.basis, limits=last.limits))",
                "told = replace(_told(helpdesk, LastDeclaration(at=now, basis=self.basis, limits=last.limits)), actions=last.actions)",
            ),
        ),
        "a missing scope ends the pass": (("_WRONG_KEY, _CANNOT = 401, 500", "_WRONG_KEY, _CANNOT = 403, 500"),),
        "what came due while nothing could be declared is passed over": (
            ("resumed = last is not None and", "resumed = False and last is not None and"),
        ),
        "what is left is not run": (("trouble = _ran(helpdesk, writer) if ran else None", "trouble = None"),),
        "what is left is not looked after by the next pass": (("UnderWay(left=left, ", "UnderWay(left=False, "),),
        "what is held is forgotten": (("any(one.state in STATES_UNDER_WAY for one in found or ())", "False"),),
        "a helpdesk that cannot go on ends the pass": (
            (
                "        run = helpdesk.run_actions()\n    except HelpdeskError",
                "        run = helpdesk.run_actions()\n    except KeyError",
            ),
        ),
        "what people have to know is not listed": (
            ("looks = ran or happened.listed or offers.listed or _is_over(last.listed_at, now)", "looks = False"),
        ),
        "the first run is guarded for ever": (("            facts[ACTED] = YES\n", "            pass\n"),),
    },
    "sync/guards.py": {
        "a first run of too many actions is not guarded": (("    if count > first_run:", "    if False:"),),
    },
    "sync/writer.py": {
        "an action that was refused by a switch is not offered again": (
            ("        if self.happened.unkept(outcome.actions):", "        if False:"),
        ),
    },
}
