"""Faults in the archive of what finished cycles were decided by, and in forgetting a person."""

KIND = "the archive"

TABLE = {
    "sync/archive.py": {
        "the policy of a finished cycle is not kept": (
            ("            for content in self._policy():\n                self.keep(content)\n", ""),
        ),
        "the policy is asked for with every cycle": (
            ("        if not self._kept:\n            self._prune()", "        if True:\n            self._prune()"),
        ),
        "what is no longer used is kept for ever": (
            ("                if one.used_at < oldest:", "                if False:"),
        ),
        "what is still used goes after a time": (
            ("            os.utime(path, (now := int(self._clock()), now))\n            return", "            return"),
        ),
        "a torn file is shown": (
            ("if hashlib.sha256(content).hexdigest() == digest.removeprefix(_PREFIX):", "if True:"),
        ),
        "a torn file stays torn": (("        if self.read(path.name) is not None:", "        if path.exists():"),),
        "a file is written where it is read": (("draft = path.with_name(path.name + _DRAFT)", "draft = path"),),
        "a file of the archive is not on the disk before its cycle is written": (
            ("                os.fsync(stream.fileno())\n", ""),
        ),
        "a folder forgets a kept file by a crash": (
            (
                "        path.with_name(path.name + _ERASED).unlink(missing_ok=True)\n        self._settle()",
                "        path.with_name(path.name + _ERASED).unlink(missing_ok=True)",
            ),
        ),
        "what a killed pass has left half written stays": (
            ("                path.unlink(missing_ok=True)\n", "                pass\n"),
        ),
        "erasing leaves no mark": (
            ("                os.close(open_private(path.with_name(path.name + _ERASED), os.O_WRONLY))\n", ""),
        ),
        "a mark stays although the answer is kept again": (
            ("        path.with_name(path.name + _ERASED).unlink(missing_ok=True)\n", ""),
        ),
        "what is erased stays on the disk": (
            ("                path.unlink()\n                count += 1", "                count += 1"),
        ),
        "an address is looked for in its own case": (
            ("email in {one.casefold() for one in _texts(said)}", "email in {*_texts(said)}"),
        ),
        "an id is looked for in every value": (
            ("return customer in ids or", "return customer in {one.casefold() for one in _texts(said)} or"),
        ),
        "an answer that names several customers is not erased": (
            ('(found.get("id"), *candidates)', '(found.get("id"),)'),
        ),
        "a policy that has such a word in it is erased": (
            (
                "    if not (isinstance(answer, list) and",
                "    if content.count((email or '@').encode()):\n        return True\n    if not (isinstance(answer, list) and",
            ),
        ),
    },
    "sync/plan.py": {
        "a person's records are found in one spelling alone": (
            ("{kind} {value.strip().casefold()}", "{kind} {value.strip()}"),
        ),
        "an address is taken for a customer's id": (('f"{kind} {value', 'f"{value'),),
    },
    "sync/select.py": {
        "no inputs of finished cycles are kept": (
            (
                "            self.archive.keep_inputs(decision.policy_digest, decision.basis.registry)",
                "            pass",
            ),
        ),
    },
    "cli/archive.py": {
        "a person stays in the journal": (
            ("records = sum(journal.forget(mark) for mark in found if mark)", "records = 0"),
        ),
        "a person stays in the archive": (
            ("answers = _archive(settings).forget(customer=customer, email=email)", "answers = 0"),
        ),
        "damaged journals are not named": (
            ('aside = sorted(map(str, path.parent.glob(beside(path).name + ".damaged-*")))', "aside = list[str]()"),
        ),
    },
}
