"""Faults in the archive of what finished cycles were decided by, and in forgetting a person."""

KIND = "the archive"

TABLE = {
    "sync/memory/archive.py": {
        "the same inputs are kept again and again": (("        if digest in self._known:\n            return\n", ""),),
        "the policy of a finished cycle is not kept": (("                self.keep(*self._policy())\n", ""),),
        "the policy is asked for with every cycle": (
            ("            if self._waiting and not self._begun:\n", "            if self._waiting:\n"),
        ),
        "what is no longer used is kept for ever": (
            ("                if one.used_at < oldest:", "                if False:"),
        ),
        "what is still used goes after a time": (
            ("                    os.utime(path, (now, now))\n", "                    pass\n"),
        ),
        "a torn file is shown": (
            ("if hashlib.sha256(content).hexdigest() == digest.removeprefix(_PREFIX):", "if True:"),
        ),
        "a torn file stays torn": (
            ("                if self.read(digest) is None:", "                if not path.exists():"),
        ),
        "a file is written where it is read": (("path: path.with_name(path.name + _DRAFT)", "path: path"),),
        "a file of the archive is not on the disk before its cycle is written": (
            (
                "                list(lanes.map(os.fsync, [one.fileno() for one in streams]))\n",
                "                pass\n",
            ),
        ),
        "a folder forgets a kept file by a crash": (
            (
                "                path.with_name(path.name + _ERASED).unlink(missing_ok=True)\n        sync_folder(self.folder)",
                "                path.with_name(path.name + _ERASED).unlink(missing_ok=True)",
            ),
        ),
        "some of the files of one request have their names before all are on the disk": (
            (
                "list(lanes.map(os.fsync, [one.fileno() for one in streams]))",
                "list(map(os.replace, drafts.values(), drafts))\n                list(lanes.map(os.fsync, [one.fileno() for one in streams]))",
            ),
        ),
        "a draft that the disk did not take is left behind": (
            ("            opened.callback(_thrown_away, drafts.values())\n", ""),
        ),
        "any number of answers waits in memory": (
            ("        if len(self._waiting) >= _WAITING_AT_MOST:", "        if False:"),
        ),
        "a thread that writes does not wait for one that puts things down": (
            ("        with self._turn:\n", "        if True:\n"),
        ),
        "what a killed pass has left half written stays": (
            ("                path.unlink(missing_ok=True)\n", "                pass\n"),
        ),
        "erasing leaves no mark": (
            ("                os.close(open_private(path.with_name(path.name + _ERASED), os.O_WRONLY))\n", ""),
        ),
        "a mark stays although the answer is kept again": (
            ("                path.with_name(path.name + _ERASED).unlink(missing_ok=True)\n", ""),
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
    "sync/planned/plan.py": {
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
    "sync/writer.py": {
        "a cycle is written before what it names is on the disk": (
            ("            self.selector.archive.settle()\n", "            pass\n"),
        ),
    },
    "cli/passes/archive.py": {
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
