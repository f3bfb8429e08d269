"""The body of `POST /publish`: what screens will read must be as they read it. The document of the contract is made from this."""

from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, field_validator, model_validator

from bridge.files.types import zone_name
from bridge.tickets import parse_instant

_DAY = "((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|1[0-9]|2[0-8]))"
_LEAP_DAY = "2[0-9](0[48]|[2468][048]|[13579][26])-02-29"
DATE_PATTERN = f"^(2[0-9]{{3}}-{_DAY}|{_LEAP_DAY})$"
_SOME_LEAP_DAY = "(19(7[26]|8[048]|9[26])|[2-9][0-9](0[48]|[2468][048]|[13579][26])|([2468][048]|[3579][26])00)-02-29"
_SOME_DATE = f"((19[7-9][0-9]|[2-9][0-9]{{3}})-{_DAY}|{_SOME_LEAP_DAY})"
"""A date that nobody counts with: exceptions end in the year 9999, and files are as old as whoever packed them says."""

_TIME = "T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]Z"
SENT_INSTANT_PATTERN = f"{DATE_PATTERN[:-1]}{_TIME}$"
"""An instant that every server takes."""

MEBIBYTES = 2
_TEXT, _LIST, _CALENDARS = 2000, 1000, 50
_ROWS, _PHRASES, _PHRASE = 500, 200, 100
_NUMBER = 10**15


def _real(text: str) -> str:
    parse_instant(text)
    return text


def _real_date(text: str) -> str:
    date.fromisoformat(text)
    return text


Digest = Annotated[str, StringConstraints(pattern=r"^sha256:[0-9a-f]{64}$")]
Sent = Annotated[str, StringConstraints(pattern=SENT_INSTANT_PATTERN), AfterValidator(_real)]
Zone = Annotated[str, StringConstraints(pattern="^[A-Za-z][A-Za-z0-9_+/-]{0,63}$"), AfterValidator(zone_name)]
Text = Annotated[str, StringConstraints(max_length=_TEXT)]
SentDate = Annotated[str, StringConstraints(pattern=f"^{_SOME_DATE}$"), AfterValidator(_real_date)]
Age = Annotated[str, StringConstraints(pattern=f"^{_SOME_DATE}{_TIME}$"), AfterValidator(_real)]
Amount = Annotated[float, Field(ge=-_NUMBER, le=_NUMBER, allow_inf_nan=False)]
Count = Annotated[int, Field(ge=0, le=_NUMBER)]
Window = Annotated[list[Sent], Field(min_length=2, max_length=2)]


class _Sent(BaseModel):
    """A helpdesk reads what it knows and passes over the rest; what is left out or null is as if nothing were said."""

    model_config = ConfigDict(extra="allow", strict=True)


class TitleSent(_Sent):
    """A text in both languages; empty where there is none."""

    ru: Text
    en: Text


class PolicySent(_Sent):
    """The agreement that is published."""

    title: TitleSent
    digest: Text


class DaySent(_Sent):
    """A date that the calendar's week does not explain."""

    kind: Text = Field(description="`short`, `holiday`, `day_off` or `working_weekend`.")
    title: TitleSent


class CalendarSent(_Sent):
    """When time counts on a calendar, from one instant to another; each window belongs to the day on which it opens."""

    title: TitleSent | None = None
    zone: Zone = Field(description="IANA zone.")
    from_: Sent = Field(alias="from")
    until: Sent
    windows: list[Window] = Field(description="Opening and close of each window, in order, half-open.")
    provisional_from: Sent | None = Field(default=None, description="From here on holidays are not published yet.")
    days: Annotated[dict[str, DaySent], Field(max_length=_LIST * 10)] | None = Field(
        default=None,
        description="Short days, holidays and moved days by date.",
        json_schema_extra={"propertyNames": {"pattern": DATE_PATTERN}},
    )

    @field_validator("days")
    @classmethod
    def _dates(cls, days: dict[str, DaySent] | None) -> dict[str, DaySent] | None:
        for day in days or ():
            parse_instant(f"{day}T00:00:00Z")
        return days

    @model_validator(mode="after")
    def _in_order(self) -> "CalendarSent":
        edges = [self.from_, *(edge for window in self.windows for edge in window)]
        opens, closes = edges[1::2], edges[2::2]
        if self.from_ >= self.until:
            raise ValueError("`until` is not after `from`")
        if any(first >= last for first, last in zip(opens, closes, strict=True)):
            raise ValueError("a window ends before it begins")
        if any(last > first for last, first in zip(closes, opens[1:], strict=False)):
            raise ValueError("a window begins before the one before it ends")
        return self


class LevelSent(_Sent):
    """What a level is called; the short title is the title where nothing is said."""

    title: TitleSent
    short: TitleSent | None = None


class TitlesSent(_Sent):
    """What levels and metrics are called."""

    levels: Annotated[dict[Text, LevelSent], Field(max_length=_LIST)] | None = None
    metrics: Annotated[dict[Text, TitleSent], Field(max_length=_LIST)] | None = None


class ThresholdSent(_Sent):
    """At which point clocks of a metric turn at risk."""

    level: Text
    metric: Text
    at: Text


class PortalSent(_Sent):
    """What customers are shown."""

    show: Annotated[list[Text], Field(max_length=_LIST)] | None = None


class CertificateSent(_Sent):
    """A customer's certificate that ends within 90 days; of the day itself `days` is 0."""

    customer: Text
    name: Text
    until: SentDate
    days: Count
    certificate: Text | None = None


class EntitlementSent(_Sent):
    """What a customer has used of an entitlement in its period; `left` is below 0 where it is overdrawn."""

    customer: Text
    name: Text
    entitlement: Text
    period: Text = Field(description="`2026-11`, `2026-Q4`, `2026`, or the days of the whole contract.")
    used: Amount
    left: Amount
    of: Amount
    unit: Text
    paper: Text | None = Field(default=None, description="Number of the contract or certificate.")


class VersionSent(_Sent):
    """A customer who runs a version without full support, or one that nobody can tell."""

    customer: Text
    name: Text
    product: Text
    version: Text
    state: Literal["outdated", "unreadable"]
    latest: Text


class ExceptionSent(_Sent):
    """A dated exception in force; customer and name are empty where it names none."""

    id: Text
    customer: Text
    name: Text
    level: Text
    reason: Text
    approver: Text
    until: SentDate | None = None


class ObligationSent(_Sent):
    """Something owed to a customer in a period that runs; `kept` is null where nobody knows how many took place."""

    customer: Text
    name: Text
    title_ru: Text
    title_en: Text
    paper: Text
    period: Text = Field(
        description="`2026-11`, `2026-Q4`, `2026-H2`, `2026`, days of it, or empty for the term at the start."
    )
    at_least: Count
    kept: Count | None = None
    state: Literal["due", "kept", "missed", "unknown"]
    due_at: Age
    last_day: SentDate
    calendar: Text = Field(description="By which of the calendars working time is left until `due_at`.")


class MoreSent(_Sent):
    """How long each list would be; as long as it is where nothing is said."""

    certificates: Count | None = None
    entitlements: Count | None = None
    versions: Count | None = None
    exceptions: Count | None = None
    obligations: Count | None = None


class RegistrySent(_Sent):
    """What customers hold, by the registry and the agreement."""

    as_of: Age | None = Field(default=None, description="Age of the registry; null where there is none.")
    certificates: Annotated[list[CertificateSent], Field(max_length=_ROWS)] | None = None
    entitlements: Annotated[list[EntitlementSent], Field(max_length=_ROWS)] | None = None
    versions: Annotated[list[VersionSent], Field(max_length=_ROWS)] | None = None
    exceptions: Annotated[list[ExceptionSent], Field(max_length=_ROWS)] | None = None
    obligations: Annotated[list[ObligationSent], Field(max_length=_ROWS)] | None = None
    more: MoreSent | None = None
    tracks: Annotated[list[Text], Field(max_length=_LIST)] | None = Field(
        default=None, description="What the registry keeps, of `licences`, `certificates` and `contracts`."
    )
    not_listed: Annotated[list[Text], Field(max_length=_LIST)] | None = Field(
        default=None, description="Sources whose customers are in no list."
    )


class PhraseSent(_Sent):
    """A phrase that agents are advised against."""

    language: Literal["ru", "en", ""] = Field(description="Empty: in every language.")
    phrase: Annotated[str, StringConstraints(max_length=_PHRASE, pattern=r"\S")]


class ReportSent(_Sent):
    """By which of the calendars reports count, and its zone."""

    calendar: Text
    zone: Zone


class PublishRequest(_Sent):
    """What screens need once and not per ticket."""

    digest: Digest
    at: Sent
    policy: PolicySent | None = None
    calendars: Annotated[dict[Text, CalendarSent], Field(min_length=1, max_length=_CALENDARS)]
    titles: TitlesSent | None = None
    thresholds: Annotated[list[ThresholdSent], Field(max_length=_LIST)] | None = None
    portal: PortalSent | None = None
    phrases: Annotated[list[PhraseSent], Field(max_length=_PHRASES)] | None = None
    registry: RegistrySent | None = None
    report: ReportSent | None = None

    @model_validator(mode="after")
    def _counted_on(self) -> "PublishRequest":
        if self.report is not None and self.report.calendar not in self.calendars:
            raise ValueError("`report.calendar` names none of `calendars`")
        return self
