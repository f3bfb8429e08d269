"""Faults in deciding single tickets: unreadable ones, those that are due, the clocks, the units, whose value stands."""

KIND = "tickets, time and units"

TABLE = {
    "sync/clock.py": {
        "the host's clock is the truth": (("return max(server_time, last),", "return max(int(host), last),"),),
        "time may go back between passes": (("return max(server_time, last),", "return server_time,"),),
        "a helpdesk's clock that went back is not noticed": (("if server_time < last - SKEW_SECONDS:", "if False:"),),
        "a leap of the helpdesk's clock between passes is followed": (
            ("if min(leap, apart) > LEAP_SECONDS and", "if False and"),
        ),
        "a leap of the helpdesk's clock that this host's confirms stops the pass": (
            ("if min(leap, apart) >", "if max(leap, apart) >"),
        ),
        "a skewed host clock is not told": (("if abs(skew) > SKEW_SECONDS else ()", "if False else ()"),),
    },
    "sync/survey.py": {
        "unreadable tickets are not told": (("        report.failed += plan.unreadable\n", ""),),
        "unreadable tickets are not remembered": (("for one in self.plan.unreadable)", "for one in ())"),),
    },
    "sync/engine.py": {
        "the helpdesk's time is not remembered": (('            "server_time": str(now),\n', ""),),
        "tickets that time alone changes are not looked at": (
            ("for one in self.state.due(now) if not", "for one in () if not"),
        ),
        "tickets that are gone while writing keep their units": (
            ("            accounts.forget(ticket_id)\n", "            pass\n"),
        ),
        "a pass that counts units does not say so": (
            ('{"units": COUNTED if counted else ""} if counted or', '{"units": ""} if counted or'),
        ),
        "tickets whose counts have changed are not decided anew": (
            ("            self._catch_up(selector, accounts)", "            pass"),
        ),
    },
    "sync/select.py": {
        "time stands still within a pass": (
            ("now = max(self.since, self.helpdesk.server_time or self.since)", "now = self.since"),
        ),
        "a leap of the helpdesk's clock within a pass is followed": (
            ("if now - self.since > LEAP_SECONDS:", "if False:"),
        ),
        "closed tickets that are due with many others are not read": (
            ("left = [one for one in left if one not in seen]", "left = []"),
        ),
        "a pass reads any number of tickets singly": (("for ticket_id in left[:_MOST]:", "for ticket_id in left:"),),
        "a bug in one decision ends the pass": (
            (
                "        except Exception as error:\n            # A bug",
                "        except KeyError as error:\n            # A bug",
            ),
        ),
        "a ticket that the policy cannot judge ends the pass": (
            ("        except BridgeError as error:", "        except KeyError as error:"),
            ("        except Exception as error:", "        except LookupError as error:"),
        ),
        "a deleted ticket that was met before is written all the same": (
            ("            selection.forget(item.id)\n", "            selection.gone.discard(item.id)\n"),
        ),
        "deleted and unreadable tickets keep their units": (
            ("                self.accounts.forget(item.id)", "                pass"),
        ),
    },
    "sync/writer.py": {
        "a ticket that cannot be handled is tried in every pass": (
            ("next_change_at=now + BACKOFF_SECONDS,", "next_change_at=now,"),
        ),
        "a ticket that cannot be handled is never tried again": (
            ("next_change_at=now + BACKOFF_SECONDS,", "next_change_at=None,"),
        ),
        "an unreadable ticket counts as open": (
            ("next_change_at=None, open=False)", "next_change_at=None, open=True)"),
        ),
        "the reason for setting a ticket aside is not kept": (("trouble=trouble.reason)", 'trouble="")'),),
    },
    "sync/planned/ownership.py": {
        "a fight over a field never ends": (("if times >= CORRECTIONS and after == ours:", "if False:"),),
        "a lost fight keeps new values away": (
            ("if times >= CORRECTIONS and after == ours:", "if times >= CORRECTIONS:"),
        ),
        "corrections are not counted": (("corrected=min(times + 1, CORRECTIONS), told=told)", "told=told)"),),
        "somebody else's value is overwritten wherever it stands": (
            ("if before is not None and rule is not Ownership.ENFORCE:", "if False:"),
        ),
        "an emptied field stays empty": (
            ("if before is not None and rule is not Ownership.ENFORCE:", "if rule is not Ownership.ENFORCE:"),
        ),
        "a field that the helpdesk lacks is written all the same": (
            ("for name in sorted(wanted.keys() & writable)", "for name in sorted(wanted.keys())"),
        ),
    },
    "sync/planned/stored_values.py": {
        "a value that the helpdesk normalised is written for ever": (('" ".join(value.split())', "value"),),
        "a text that the helpdesk refuses as a formula is sent": ((".lstrip(_LIKE_A_FORMULA)", ""),),
    },
    "sync/units.py": {
        "takings of an earlier count stay": (
            ("            self.forget(ticket.id)\n            raise", "            raise"),
        ),
    },
    "sync/memory/state.py": {
        "the tickets that are longest due are not the first": (("ORDER BY next_change_at, id", "ORDER BY id"),),
        "a ticket is looked at a second after it is due": (("WHERE next_change_at <= ?", "WHERE next_change_at < ?"),),
        "tickets whose counts were left over are not due": (
            ("[(booked.at, one) for one in booked.outdated],", "[(booked.at, one) for one in ()],"),
        ),
        "a count of all tickets is added to the one before": (
            ('            self._connection.execute("DELETE FROM taking")', "            pass"),
        ),
    },
}
