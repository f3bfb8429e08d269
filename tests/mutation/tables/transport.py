"""Faults on the wire: what is asked again, how long, how much is read, where the key goes."""

KIND = "the wire"

TABLE = {
    "connectors/helpdesks/client.py": {
        "a clear no is asked for again": (("if status in _RETRYABLE or status >= 500:", "if status >= 400:"),),
        "a busy helpdesk is not asked again": (("if status in _RETRYABLE or status >= 500:", "if status >= 500:"),),
        "a helpdesk in trouble is not asked again": (
            ("if status in _RETRYABLE or status >= 500:", "if status in _RETRYABLE:"),
        ),
        "redirects are followed": (("allow_redirects=False", "allow_redirects=True"),),
        "an error page under the status of a good answer is no trouble": (
            ("if _FATAL.search(", "if False and _FATAL.search("),
        ),
        "a redirect is an answer": (("if 300 <= status < 400:", "if False:"),),
        "what the helpdesk asks for is not heard": (
            ("retry_after=retry_after(headers),\n                status=status,", "status=status,"),
        ),
        "proxies and netrc of the environment are used": (("session.trust_env = False", "session.trust_env = True"),),
        "the key is shown where a server shows it": (
            ('return content.replace(secret, b"[key]") if secret else content', "return content"),
        ),
    },
    "connectors/helpdesks/answer.py": {
        "an answer may unfold without bound": (
            ("unpacker.decompress(chunk, most - len(content) + 1)", "unpacker.decompress(chunk)"),
        ),
        "an answer of any size is read": (("if len(content) > most:", "if False:"),),
        "half of a packed answer is taken for the whole": (
            ("if unpacker is not None and content and not unpacker.eof:", "if False:"),
        ),
        "a date is measured on our own clock": (
            ("until - (time.time() if now is None else now)", "until - time.time()"),
        ),
    },
    "connectors/helpdesks/transport.py": {
        "a pass that is stopped sends its next request": (("        stopping.check()\n", ""),),
        "a wait has no cap": (("min(max(asked, 0.0), self._limits.wait_seconds)", "max(asked, 0.0)"),),
        "all bridges wait in step": (("chosen = random.uniform(0, backoff)", "chosen = backoff"),),
        "attempts are not counted": (("state.attempt_number >= (attempts or limits.attempts)", "False"),),
        "a pass has no budget of retries": (("or self._credit < _COST_OF_A_RETRY", "or False"),),
        "good answers do not refill the budget": (("self._credit + 1)", "self._credit)"),),
        "all attempts together take any time": (
            ("or self._monotonic() - started + state.upcoming_sleep >= limits.total_seconds", "or False"),
        ),
        "one attempt may take all the time there is": (
            ("max(0.01, min(limits.request_seconds, left))", "limits.total_seconds"),
        ),
        "a request that is too slow is not cut": (("            client.cut()", "            pass"),),
    },
    "connectors/helpdesks/plugin_api.py": {
        "the way that worked is not found again": (("                self.route = base\n", ""),),
        "any remembered way is gone": (("route if route in ROUTES else None", "route"),),
    },
    "sync/engine.py": {
        "the way to the helpdesk is not remembered": (('else {"route": self.helpdesk.route}', "else {}"),),
    },
}
