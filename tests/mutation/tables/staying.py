"""Faults in a bridge that stays: stopping, the configuration in force, the watchdog, what is told once, and the metrics."""

KIND = "the bridge that stays, and its metrics"

TABLE = {
    "daemon/loop.py": {
        "a bridge that is told to stop makes one more pass": (
            (
                "                while not stopping.asked():\n                    self._once()",
                "                self._once()\n                while not stopping.asked():\n                    self._once()\n                self._once()",
            ),
        ),
        "a stop is heard when the wait is over": (
            (
                "        while not stopping.asked():\n            if self._reload_asked:",
                "        while True:\n            if self._reload_asked:",
            ),
        ),
        "a pass that was abandoned ends with a traceback": (
            ("            except Interrupted:", "            except KeyError:"),
        ),
        "a wish for a new configuration is heard when the wait is over": (
            ("            if self._reload_asked:\n                self._reload()\n                return\n", ""),
            (
                "        self._wait(begun",
                "        if self._reload_asked:\n            self._reload()\n        self._wait(begun",
            ),
        ),
        "a new configuration is taken in force again and again": (
            ("        self._reload_asked = False\n        self.notifier", "        self.notifier"),
        ),
        "a service manager hears of no end of a reload": (
            ("        self.reload()\n        self.notifier.ready()", "        self.reload()"),
        ),
        "a service manager hears of no end": (("            self.notifier.stopping()\n", ""),),
        "a wait starves the watchdog": (
            (
                "            stopping.sleep(min(seconds, left))\n            self.notifier.alive()",
                "            stopping.sleep(min(seconds, left))",
            ),
        ),
        "a wait is longer than the watchdog's": (
            (
                "seconds = min(_SLICE_SECONDS, self.notifier.watchdog_seconds / 3 or _SLICE_SECONDS)",
                "seconds = _SLICE_SECONDS * 1000",
            ),
        ),
        "requests feed no watchdog": (
            ("stopping.between_requests(self.notifier.alive)", "stopping.between_requests()"),
        ),
        "a slow pass is followed by a whole wait": (
            ("self._wait(begun + pace.every + spread)", "self._wait(self.monotonic() + pace.every + spread)"),
        ),
        "hosts knock all at once": (("random.uniform(0, pace.jitter)", "0 * pace.jitter"),),
        "SIGHUP is not heard": (
            (
                "before = signal.signal(signal.SIGHUP, self._ask)",
                "before = signal.signal(signal.SIGHUP, signal.SIG_IGN)",
            ),
        ),
        "SIGHUP stays caught": (("            signal.signal(signal.SIGHUP, before)", "            pass"),),
    },
    "daemon/notify.py": {
        "a sign of life is given although nobody waits for it": (
            ("        if self.watchdog_seconds:\n            self._tell", "        if True:\n            self._tell"),
        ),
        "the watchdog of another process is ours": (
            ("if ours and wanted.isdecimal() else 0", "if wanted.isdecimal() else 0"),
        ),
        "the watchdog's time is read as milliseconds": (("int(wanted) / 1e6", "int(wanted) / 1e3"),),
        "a manager that is stuck holds the bridge": (("            sender.setblocking(False)\n", ""),),
        "an address without a folder is not understood": (
            ('"\\0" + self.address[1:] if self.address.startswith("@") else self.address', "self.address"),
        ),
        "a manager that does not listen ends the bridge": (
            ("with suppress(OSError), socket", "with suppress(KeyError), socket"),
        ),
        "a status of two lines says something else": (
            ("self._tell(f\"STATUS={' '.join(text.split())}\")", 'self._tell(f"STATUS={text}")'),
        ),
    },
    "daemon/transitions.py": {
        "a trouble is told by each pass": (
            (
                "told, standing.known = to_tell([Notice(key=key, text=text, gist=gist)], standing.known, now)",
                "told, standing.known = to_tell([Notice(key=key, text=text, gist=gist)], (), now)",
            ),
        ),
        "a trouble that counts other tickets is another one": (
            ("{_NUMBER.sub('#', trouble.message)}", "{trouble.message}"),
        ),
        "any trouble is the same one": (
            ("return f\"{type(trouble).__name__} {_NUMBER.sub('#', trouble.message)}\"", 'return "trouble"'),
        ),
        "the end of a trouble is not told": (("return () if standing is None else", "return () if True else"),),
        "a trouble begins anew with each of its kinds": (
            (
                "standing = self._standing.setdefault(key, _Standing((), now))",
                "standing = self._standing[key] = _Standing(getattr(self._standing.get(key), 'known', ()), now)",
            ),
        ),
        "a pass that gave way ends a trouble": (
            ("        if end.busy:\n            return ()\n", ""),
            ("if end.trouble is None:", "if end.trouble is None or end.busy:"),
        ),
        "a pass that gave way is a trouble": (("        if end.busy:\n            return ()\n", ""),),
    },
    "cli/wiring/in_force.py": {
        "files count before anybody asks for them": (
            (
                "settings = replace(settings, kept=read_folder(settings.folder))",
                "settings = replace(settings, kept=None)",
            ),
        ),
        "a configuration without its key is in force": (("        settings.key()\n", ""),),
        "the registry's data stay as they were": (
            ("        files |= {name: now[name] for name in self._sources if name in now}\n", ""),
            ("now.get(name) if name in self._sources else content", "content"),
        ),
        "files that nobody asked for are not told": (
            ("return now is None or self._configured(now) != self._configured(self._kept.files())", "return False"),
        ),
        "new rows of the registry are told as a configuration that is not in force": (
            ("if name not in self._sources}", "}"),
        ),
    },
    "cli/passes/run.py": {
        "a trouble of a pass ends the bridge": (
            (
                "        except BridgeError as error:\n            trouble = error",
                "        except KeyError as error:\n            raise error",
            ),
        ),
        "a stop is a trouble of a pass": (("        except Interrupted:\n            raise\n", ""),),
        "a disk that takes nothing ends the bridge": (
            (
                "        except OSError as error:\n            trouble",
                "        except KeyError as error:\n            trouble",
            ),
            ("error.filename or 'the system'", "'the system'"),
            ("{error.strerror or error}", "{error}"),
        ),
        "a configuration that is refused ends the bridge": (
            ("        except ConfigurationInvalid as error:", "        except KeyError as error:"),
        ),
        "a reload measures by what was before": (("            self._measured.adopt(self._in_force.settings)\n", ""),),
        "every reload begins the counts anew": (
            (
                "        if (settings.file.metrics, settings.textfile) != (self._settings.file.metrics, self._settings.textfile):",
                "        if True:",
            ),
        ),
    },
    "connectors/stopping.py": {
        "a second signal waits as well": (
            ("    if _asked.is_set():\n        _abandon()", "    if False:\n        _abandon()"),
        ),
        "a request that hangs is waited for": (("    signal.alarm(PATIENCE_SECONDS)\n", ""),),
        "a request that hangs is not cut": (("            cut()\n", "            pass\n"),),
        "a stop that is over stops the next pass": (("        _asked.clear()\n        _heard", "        _heard"),),
        "others' handlers of signals are gone": (("            signal.signal(number, handler)", "            pass"),),
        "who was told to stop gives nothing back": (
            ("if _asked.is_set() and not _last_words.is_set():", "if _asked.is_set():"),
        ),
        "a block within another one forgets a stop": (("    if _heard:\n        yield\n        return\n", ""),),
    },
    "metrics/measures.py": {
        "counters begin anew with each process": (
            (
                '            self._values = {place: value for place, value in known.items() if place[0] != "build_info"}',
                "            self._values = {}",
            ),
        ),
        "counters show the last pass alone": (
            ("self._values[place] = self._values.get(place, 0) + value", "self._values[place] = value"),
        ),
        "a pass that failed is a success": (("        if figures.outcome in {DONE, PARTLY}:\n", "        if True:\n"),),
        "a pass that was partly done is a failure": (
            ("if figures.outcome in {DONE, PARTLY}:", "if figures.outcome in {DONE}:"),
        ),
        "a counter is not there before it grows": (
            ("values = {**_ZEROS, **self._values,", "values = {**self._values,"),
        ),
        "a calendar that is no more is told for ever": (
            ('if place[0] != "calendar_end_timestamp_seconds"', "if True"),
        ),
        "a version that is no more is told": (('if place[0] != "build_info"}', "}"),),
        "what is no text of metrics ends the pass": (
            (
                "        except (ValueError, KeyError, IndexError):\n            return",
                "        except ImportError:\n            return",
            ),
        ),
    },
    "metrics/textfile.py": {
        "a collector may read half a file": (
            ('draft = path.with_name(f".{path.name}.new")', "draft = path"),
            ("        draft.replace(path)\n", ""),
        ),
        "the file of metrics is for its owner alone": (("            os.fchmod(stream.fileno(), _MODE)\n", ""),),
        "a draft that cannot be put in place stays": (
            ("        with suppress(OSError):\n            draft.unlink()\n        raise", "        raise"),
        ),
        "a link is read in the place of the file": (("os.O_RDONLY | os.O_NOFOLLOW", "os.O_RDONLY"),),
    },
    "metrics/endpoint.py": {
        "a port is kept after the end": (("            server.server_close()\n", ""),),
    },
    "cli/wiring/measuring.py": {
        "a pass that failed is not counted": (
            (
                "            self._take(reading, OUTCOMES.get(error.exit_code, BUG), began)\n            raise",
                "            raise",
            ),
        ),
        "a pass that was stopped is not counted": (
            ("            self._take(reading, OUTCOMES[_INTERRUPTED], began)\n", ""),
        ),
        "a bug is not counted": (("            self._take(reading, BUG, began)\n", ""),),
        "every trouble is a bug": (("OUTCOMES.get(error.exit_code, BUG)", "BUG"),),
        "a process does not go on from the file": (("        self._go_on()\n", ""),),
        "counts are lost while the file cannot be written": (("            self._ahead = True\n", ""),),
        "a file that cannot be written ends the pass": (
            (
                "        except OSError as error:\n            # What",
                "        except KeyError as error:\n            # What",
            ),
            ("{error.strerror or error}", "{error}"),
        ),
        "a pass that was partly done counts as done": (("PARTLY if reading.partly else 0", "0"),),
        "what a pass did not read is told as nothing": (("        if deferred.loaded:\n", "        if False:\n"),),
    },
}
