"""The lease: one bridge at a time may write, and what one that was stopped still sends is refused by its epoch."""

import math
import sqlite3
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bridge.connectors.sandbox.responses import Refusal
from bridge.connectors.sandbox.store import Store
from bridge.tickets import faults_told, format_instant

LONGEST_SECONDS, SHORTEST_SECONDS = 3600, 0.05

Holder = Annotated[str, Field(pattern=r"^[\x21-\x7e]{1,100}$")]
Epoch = Annotated[int, Field(ge=1, lt=2**53)]
Ttl = Annotated[float, Field(ge=SHORTEST_SECONDS, le=LONGEST_SECONDS)]


class _Body(BaseModel):
    model_config = ConfigDict(extra="ignore", strict=True)


_GIVEN_BACK = {True: "it was given back", False: "another one took it since, and gave it back"}
"""Why nobody holds the lease: by whether the one that is asked about was the last."""


class TakeLease(_Body):
    """A wish to lead: who, for how many seconds, by which policy, and the number of the one that it replaces."""

    do: Literal["take"]
    holder: Holder
    ttl: Ttl
    policy: Annotated[str, Field(pattern=r"^sha256:[0-9a-f]{64}$")]
    after: Annotated[int, Field(ge=0, lt=2**53)] | None = None


class RenewLease(_Body):
    """The wish to lead on."""

    do: Literal["renew"]
    holder: Holder
    ttl: Ttl
    epoch: Epoch


class ReleaseLease(_Body):
    """What somebody says who has done."""

    do: Literal["release"]
    holder: Holder
    epoch: Epoch


class WrittenUnder(_Body):
    """By which lease a batch is written."""

    holder: Holder
    epoch: Epoch


_SHAPES: dict[object, type[TakeLease | RenewLease | ReleaseLease]] = {
    "take": TakeLease,
    "renew": RenewLease,
    "release": ReleaseLease,
}


class Lease:
    """The one lease of a helpdesk. What is kept of it: who holds it until when, the epoch of the latest take, and the policy
    with its number. An instant of the helpdesk's own clock decides, to the millisecond where that clock has them."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def asked(self, content: Any) -> dict[str, Any]:
        """Take, renew or release; return the lease as it is then. Refuses (409) what may not be, (422) what is no such wish."""
        do = content.get("do") if isinstance(content, dict) else None
        shape = _SHAPES.get(do if isinstance(do, str) else None)
        if shape is None:
            raise Refusal("unprocessable", "`do` is none of take, renew, release", "see docs/api-v1.md, POST /lease")
        try:
            body = shape.model_validate(content)
        except ValidationError as error:
            raise Refusal("unprocessable", faults_told(error), "see docs/api-v1.md, POST /lease") from None
        with self._store.transaction():
            if isinstance(body, TakeLease):
                self._take(body)
            elif isinstance(body, RenewLease):
                self._need_own(body.holder, body.epoch)
                self._store.row("UPDATE lease SET expires = ?", self._now() + body.ttl)
            else:
                self._need_own(body.holder, body.epoch)
                self._store.row("UPDATE lease SET holder = NULL, expires = 0")
            row = self._row()
            return {"epoch": row["epoch"], "seq": row["seq"], "holder": row["holder"], "expires_at": _until(row)}

    def told(self) -> dict[str, Any] | None:
        """Return what `/changes` says of the lease in force; None while there is none."""
        row = self._row()
        if not self._in_force(row):
            return None
        return {"holder": row["holder"], "epoch": row["epoch"], "expires_at": _until(row)}

    def policy(self) -> dict[str, Any] | None:
        """Return what `/ping` says of the policy of the latest take; None before the first one."""
        row = self._row()
        return {"seq": row["seq"], "digest": row["policy"]} if row["seq"] else None

    def check(self, under: Any) -> None:
        """Refuse (409) a write that is not made under the lease in force, or under none while somebody holds it. Part of the
        write's transaction. Refuses (422) what names no lease."""
        if under is None:
            row = self._row()
            if self._in_force(row):
                raise _held(row)
            return
        try:
            named = WrittenUnder.model_validate(under)
        except ValidationError as error:
            raise Refusal("unprocessable", f"lease: {faults_told(error)}") from None
        if not self._in_force(self._need_own(named.holder, named.epoch)):
            raise Refusal("lease_lost", "the lease has lapsed", "take it anew, and decide anew")

    def _take(self, body: TakeLease) -> None:
        row = self._row()
        if self._in_force(row) and row["holder"] != body.holder:
            raise _held(row)
        if row["seq"] and row["policy"] != body.policy and row["seq"] != body.after:
            hint = f'a policy that comes behind it says so by "after": {row["seq"]}'
            raise Refusal("policy_older", f"policy {row['seq']} is in force, {row['policy']}", hint)
        seq = row["seq"] + (row["policy"] != body.policy)
        expires = self._now() + body.ttl
        self._store.row(
            "UPDATE lease SET holder = ?, epoch = epoch + 1, expires = ?, seq = ?, policy = ?",
            *(body.holder, expires, seq, body.policy),
        )

    def _need_own(self, holder: str, epoch: int) -> sqlite3.Row:
        row = self._row()
        if (row["holder"], row["epoch"]) != (holder, epoch):
            who = f"{row['holder']} took it" if row["holder"] else _GIVEN_BACK[row["epoch"] == epoch]
            raise Refusal(
                "lease_lost", f"the lease {epoch} of {holder} is over: {who}", "take it anew, and decide anew"
            )
        return row

    def _in_force(self, row: sqlite3.Row) -> bool:
        return row["holder"] is not None and self._now() < row["expires"]

    def _now(self) -> float:
        return self._store.precise_clock()

    def _row(self) -> sqlite3.Row:
        return self._store.rows("SELECT * FROM lease")[0]


def _held(row: sqlite3.Row) -> Refusal:
    return Refusal(
        "lease_held",
        f"{row['holder']} holds the lease until {_until(row)}",
        "come back when it has lapsed or was released",
    )


def _until(row: sqlite3.Row) -> str | None:
    """Return the first whole second at which the lease is over."""
    return None if row["holder"] is None else format_instant(math.ceil(row["expires"]))
