"""A helpdesk of any number of open tickets, made as they are asked for; it speaks the contract and keeps what is written.

`python -m bench.many_tickets COUNT FILE MILLISECONDS` prints its address and key and serves until its standard input is closed.
For each line there it prints how many requests it has answered since the last one, and with how many bytes.
Everything but the tickets is the embedded helpdesk's. Each answer waits as long as a round trip shall take.
"""

import json
import sqlite3
import sys
import threading
import time
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bench.sample import repeating
from bench.streams import on_the_wire
from bridge.connectors.sandbox import Sandbox
from bridge.connectors.sandbox.responses import Response
from bridge.connectors.sandbox.routes import ApiRequest
from bridge.tickets import format_instant

_EMPTY = b'{"fields":{},"cycles":[],"detail":{}}'


class ManyTickets(Sandbox):
    """Tickets 1 to `count`, each open; `file` keeps what the bridge wrote, packed."""

    def __init__(self, count: int, file: Path, *, round_trip_seconds: float) -> None:
        super().__init__()
        self._count = count
        self._round_trip = round_trip_seconds
        self._lock = threading.Lock()
        self._answered: list[int] = []
        self._file = sqlite3.connect(file, check_same_thread=False, isolation_level=None)
        self._file.execute("PRAGMA synchronous = OFF")
        self._file.execute("CREATE TABLE IF NOT EXISTS kept (id INTEGER PRIMARY KEY, bridge BLOB NOT NULL)")
        self._forms = [_form(on_the_wire(pair)) for pair in repeating() if pair[0].status.state == "open"]

    def respond(self, request: ApiRequest) -> Response:
        """Return the response of the embedded helpdesk, but to what is about tickets."""
        time.sleep(self._round_trip)
        response = self._response(request)
        self._answered.append(len(response.head(closes=False)) + len(response.body))
        return response

    def answered(self) -> tuple[int, int]:
        """Return how many requests were answered since this was asked last, and with how many bytes."""
        answered, self._answered = self._answered, []
        return len(answered), sum(answered)

    def _response(self, request: ApiRequest) -> Response:
        if request.route == "tickets":
            return self._page(request.query)
        if request.route == "ticket":
            (item,) = self._snapshots([int(request.path.rpartition("/")[2])])
            return self._answer(item)
        if request.route == "writes":
            return self._write(json.loads(request.body or b""))
        return super().respond(request)

    def _page(self, query: Mapping[str, str]) -> Response:
        limit, after = int(query["limit"]), int(query.get("after", 0))
        if "before" in query:
            top = min(int(query["before"]) - 1, self._count)
            ids = range(top, max(top - limit, after), -1)
        else:
            ids = range(after + 1, min(after + limit, self._count) + 1)
        end = not ids or ids[-1] == (1 if "before" in query else self._count)
        tail = {"next": None if end else ids[-1], **self._envelope()}
        return self._answer(b'{"items":[%b],%b' % (b",".join(self._snapshots(ids)), json.dumps(tail).encode()[1:]))

    def _snapshots(self, ids: Any) -> list[bytes]:
        low, high = (min(ids), max(ids)) if ids else (0, 0)
        with self._lock:
            kept = dict(self._file.execute("SELECT id, bridge FROM kept WHERE id BETWEEN ? AND ?", (low, high)))
        return [
            self._forms[one % len(self._forms)].replace(b"@id", b"%d" % one)[:-1]
            + b',"bridge":%b}' % (zlib.decompress(kept[one]) if one in kept else _EMPTY)
            for one in ids
        ]

    def _write(self, body: Mapping[str, Any]) -> Response:
        rows = []
        for item in body["items"]:
            bridge = {"fields": item["fields"], "cycles": item.get("cycles", []), "detail": item.get("detail", {})}
            rows.append((item["id"], zlib.compress(json.dumps(bridge, ensure_ascii=False).encode(), 1)))
        with self._lock:
            self._file.execute("BEGIN")
            self._file.executemany("INSERT OR REPLACE INTO kept VALUES (?, ?)", rows)
            self._file.execute("COMMIT")
        results = [{"id": one["id"], "result": "ok", "rev": one["if_rev"], "error": None} for one in body["items"]]
        return self._answer(json.dumps({"results": results, **self._envelope()}).encode())

    def _envelope(self) -> dict[str, Any]:
        now = format_instant(self.store.clock())
        return {"instance_id": self.store.instance_id, "contract": 1, "server_time": now}

    def _answer(self, body: bytes) -> Response:
        return Response(body=body, headers=self._api.headers())


def _form(snapshot: dict[str, Any]) -> bytes:
    """Return a snapshot without what the bridge keeps, to be filled in with its id."""
    del snapshot["bridge"]
    text = json.dumps(snapshot | {"id": "@id", "number": "9@id"}, ensure_ascii=False, separators=(",", ":"))
    return text.replace('"id":"@id"', '"id":@id', 1).encode()


def main() -> None:
    """Serve."""
    count, file, milliseconds = int(sys.argv[1]), Path(sys.argv[2]), float(sys.argv[3])
    with ManyTickets(count, file, round_trip_seconds=milliseconds / 1000) as helpdesk:
        print(helpdesk.url, helpdesk.keys.full, flush=True)
        for _ in sys.stdin:
            print(*helpdesk.answered(), flush=True)


if __name__ == "__main__":
    main()
