"""Faults in walking the feed of changes and the list of tickets, and in what is remembered of the walk."""

KIND = "the feed and the list"

TABLE = {
    "sync/feed.py": {
        "only the first page of the feed is read": (("if not page.has_more:", "if page.has_more or True:"),),
        "the first page of the feed is asked for again and again": (
            ("page = self.helpdesk.changes(page.cursor)", 'page = self.helpdesk.changes(self.state.fact("cursor"))'),
        ),
        "a feed of empty pages is walked for ever": (
            ("if not page.items or taken > page.head:", "if taken > page.head:"),
        ),
        "a feed without an end is walked for ever": (
            ("if not page.items or taken > page.head:", "if not page.items:"),
        ),
        "a cursor that is gone costs no full scan": (
            ("page, gone = self.helpdesk.changes(None), True", "page, gone = self.helpdesk.changes(None), False"),
        ),
        "the helpdesk's instance is not pinned": (("if pinned is not None and pinned !=", "if False and pinned !="),),
    },
    "sync/engine.py": {
        "the cursor is saved before the writes": (
            ("        writer.write(", "        self.state.commit(facts=survey.facts)\n        writer.write("),
        ),
        "the cursor is saved although the writes failed": (
            (
                "        writer.write(survey.writes)",
                (
                    "        try:\n            writer.write(survey.writes)\n"
                    "        except Exception:\n            self.state.commit(facts=survey.facts)\n            raise"
                ),
            ),
        ),
        "the cursor is not remembered": (
            (' | {"cursor": last.cursor}', ""),
            ('            "cursor": page.cursor,\n', ""),
        ),
        "the cursor is that of the feed's first page": ((' | {"cursor": last.cursor}', ""),),
        "the helpdesk's instance is not remembered": (('            "instance_id": page.instance_id,\n', ""),),
        "a cursor that goes in the middle of the feed ends the pass": (
            (
                "        except CursorGone as error:\n            # In the middle",
                "        except KeyError as error:\n            # In the middle",
            ),
        ),
        "a first sync goes on although another policy decides": (
            ("anew = gone_cursor or self._moved(page) or", "anew = gone_cursor or"),
        ),
        "a first sync goes on although another policy has led since it was stopped": (
            (" or self.state.fact(SCANNED_AT) == NEVER\n", "\n"),
        ),
        "another policy decides nothing anew": (('self.state.fact("basis") != self.basis', "False"),),
        "a renamed status decides nothing anew": (('or self.state.fact("meta_rev") != page.meta_rev', "or False"),),
        "every pass puts the daily sweep off": (
            ("        if full:\n            facts |=", "        if True:\n            facts |="),
        ),
        "a full scan that died in the middle is not begun anew": (
            ("self.state.commit(facts={SCANNED_AT: NEVER})", "pass"),
        ),
        "a full scan reads no closed tickets when it is told to": (
            ("open_only=not self.options.everything", "open_only=True"),
        ),
        "where the sweep is is not remembered": (("facts |= {SWEEP: sweep.end(swept, selector), ", "facts |= {"),),
        "a full scan leaves the sweep where it was": ((', SWEEP: "", **units}', ", **units}"),),
        "a helpdesk whose units are counted is swept in slices": (
            ("whole = self._counts_units(full=True)", "whole = False"),
        ),
    },
    "sync/sweep.py": {
        "the daily sweep never comes": (("now - scanned_at >= SWEEP_SECONDS and", "False and"),),
        "what a full scan does not show is not looked for": (("for ticket_id in missing:", "for ticket_id in ():"),),
        "slices are never due": (("while at.every and at.next_at <= now and", "while False and"),),
        "each slice begins with the first ticket": (("at.after = 0 if at.over else place", "at.after = 0"),),
        "all slices are read at once": (("        at.next_at += at.every\n", ""),),
        "tickets behind the last page of the sweep are not missed": (
            ("place, at.over = BEYOND_ALL, True", "at.over = True"),
        ),
        "a helpdesk that grows is swept no faster": (("at.over else apart or at.every", "at.over else at.every"),),
        "open clocks of long ago are published for ever": (
            ("selector.open_clocks, at.clocks = at.clocks, OpenClocks()", "pass"),
        ),
    },
    "sync/rollout.py": {
        "a roll-out has no bound": (("if self.most is None or len(plan.changes) <= self.most:", "if True:"),),
        "what waits for its turn is not remembered": (("replace(one.remember, waits=True)", "one.remember"),),
        "the oldest tickets get a new policy first": (
            ("for change in reversed(plan.changes):", "for change in plan.changes:"),
        ),
        "what presses has no precedence": (("urgent = change.remember.pressing or change.keys", "urgent = False"),),
        "what people touched waits for its turn": (
            ("(at_once if change.ticket_id in touched else", "(at_once if False else"),
        ),
        "a permission is for any policy": ((" and rolling.policy == self.policy() else 0", " else 0"),),
        "a permission is used twice": (("max(rolling.moves - moved, 0)", "rolling.moves"),),
    },
    "sync/select.py": {
        "a ticket whose action was under way is not read again": (
            ("if known and item.id not in selection.acting:", "if known:"),
        ),
        "tombstones are ignored": (("                selection.gone.add(item.id)", "                pass"),),
        "what waits and is listed no more waits for ever": (
            ("for ticket_id in alone[:_MOST]:", "for ticket_id in ():"),
        ),
        "of two snapshots of a ticket the older one counts": (
            ("selection.revs.get(item.id) == item.rev", "item.id in selection.revs"),
        ),
    },
    "sync/first_sync.py": {
        "a first sync leaves out what the feed tells": (
            ('"cursor": page.cursor}) for page in feed))', '"cursor": page.cursor}) for page in [*feed][:0]))'),
        ),
        "a first sync that was stopped begins anew": (
            ("BEYOND_ALL if anew else int(self.state.fact(BELOW) or BEYOND_ALL)", "BEYOND_ALL"),
        ),
        "what another policy decided before the stop counts as done": (
            ("        if anew and self.state.fact(BELOW) is not None:", "        if False:"),
        ),
        "what the feed told is decided again by its page": (("if one.id not in done)", "if True)"),),
        "a first sync says that it came further than it did": (
            ("BELOW: str(items[-1].id)}", "BELOW: str(items[-1].id - 1)}"),
        ),
        "a first sync remembers a page before it is written": (
            (
                "            writer.settle(page.flowing, page.outcomes.result())\n",
                "            for change in page.flowing:\n                writer.remember[change.ticket_id] = change.remember\n",
            ),
        ),
        "what was on its way when a first sync ended is not taken in": (
            (
                "with ThreadPoolExecutor(1) as lane, ExitStack() as sent:",
                "with ThreadPoolExecutor(1) as lane:\n            sent = ExitStack()",
            ),
            (
                "                sent.callback(self._finish, writer, page)\n",
                "                sent.callback(self._finish, writer, page)\n            sent.close()\n",
            ),
        ),
        "what replaces a level does not wait for the guard": (
            ("waits = change.changes_level and not self.mass_change", "waits = False"),
        ),
        "what waits for the guard is not due": (
            (
                "(replace(one.remember, next_change_at=now) for one in page.waiting)",
                "(one.remember for one in page.waiting)",
            ),
        ),
        "that another policy led before shows in a first sync and is forgotten at its end": (
            ("again = self.state.fact(SCANNED_AT) == NEVER != before", "again = False"),
        ),
        "a first sync is never over": (("BELOW: str(COMPLETE), ", ""),),
        "what a first sync could not read is not told": (
            ("        self.met.unreadable.update(selection.unreadable)\n", ""),
        ),
    },
    "sync/watch.py": {
        "the names of the helpdesk are asked for once and never again": (
            (' and self.state.fact("meta_rev") == meta_rev:', ":"),
        ),
    },
    "connectors/helpdesks/osticket.py": {
        "the cursor is not sent": (('params["after"] = cursor', "pass"),),
        "a cursor that stands still is walked for ever": (
            ("if page.has_more and page.cursor == cursor:", "if False:"),
        ),
        "the answer about one ticket is taken for that about another": (("if item.id != ticket_id:", "if False:"),),
        "a page of ids is taken for one of tickets": (("        if not portion.ids:", "        if True:"),),
        "a ticket whose id alone can be told is taken for gone": (
            ("tuple(self.ticket(one) or Tombstone(id=one) for", "tuple(Tombstone(id=one) for"),
        ),
        "the list goes up although it is to go down": (('self._pages("before", below,', 'self._pages("after", 0,'),),
        "a walk down begins at the newest ticket wherever it was left": (
            (
                'self._pages("before", below, open_only=open_only)',
                'self._pages("before", BEYOND_ALL, open_only=open_only)',
            ),
        ),
        "a helpdesk that makes nothing at all sets every ticket aside": (("            self.ping()\n", ""),),
        "closed tickets are asked for as well": (('                params["open"] = 1', "                pass"),),
        "the list's last page is dropped": (
            (
                "            yield page.items\n            if page.next is None:\n                return\n",
                "            if page.next is None:\n                return\n            yield page.items\n",
            ),
        ),
        "any clear no to one ticket means that it is gone": (
            ("if answer.status == 404:", "if 400 <= answer.status < 500:"),
        ),
        "a ticket that is not there ends the pass": (("if answer.status == 404:", "if answer.status == 402:"),),
    },
    "connectors/helpdesks/halving.py": {
        "a page that cannot be made ends the pass": (
            ("                if not cannot_make(error):", "                if True:"),
        ),
        "the ticket that spoils a page is not asked for by its id": (
            ("                    return ask(Portion(1, ids=True))", "                    raise"),
        ),
        "pages stay small once one could not be made": (("min(self._most, self._size * 2)", "self._size"),),
    },
    "connectors/helpdesks/plugin_answers.py": {
        "the list's page advance is one too far": (("ListPage(items, following)", "ListPage(items, following + 1)"),),
        "a list that does not go on is walked for ever": (("else place < following <= _HIGHEST_ID)", "else True)"),),
        "a list that does not go down is walked for ever": (("(0 < following < place if down", "(True if down"),),
        "empty pages of the list are walked for ever": (("    if not items:", "    if False:"),),
        "a page that is no list is an empty one": (
            ('raise outside(route, ValueError("`items` is no list"))', "raw = []"),
        ),
        "a deleted ticket is read as a broken one": (('if item.get("deleted") is True:', "if False:"),),
        "an item without an id spoils nothing": (
            ('raise outside(route, ValueError("an item without an id"))', "return Tombstone(id=0)"),
        ),
        "one unreadable ticket spoils its whole page": (
            ('return TicketError(id=item["id"], reason=faults_told(error))', "raise outside(route, error) from None"),
        ),
    },
    "connectors/helpdesks/plugin_api.py": {
        "unreadable JSON of /tickets becomes an empty page": (
            (
                "        if not isinstance(answer.data, dict):",
                (
                    '        if answer.data is None and route == "/tickets":\n            return {"items": [], "next": None}\n'
                    "        if not isinstance(answer.data, dict):"
                ),
            ),
        ),
        "a cursor that is gone is an ordinary refusal": (("if answer.status == 410:", "if answer.status == 499:"),),
        "a helpdesk that turns into another one in the middle is not noticed": (
            ("and instance != self._instance:", "and False:"),
        ),
        "another contract is taken for ours": (("if contract != str(CONTRACT):", "if contract is None:"),),
        "a page without the plugin's mark is taken for its answer": (
            ("if _CONTRACT_HEADER in answer.headers:", "if True:"),
        ),
        "a refusal with a JSON body is taken for an answer": (
            ("if answer.status != 200:", "if answer.status >= 500:"),
        ),
    },
}
