import pytest

from bridge.policies.calendar.amounts import Amount, AmountKind


@pytest.mark.parametrize(
    ("text", "kind", "value", "canonical"),
    [
        ("90m", AmountKind.WORKING_TIME, 5400, "1h30m"),
        ("8h", AmountKind.WORKING_TIME, 28_800, "8h"),
        ("1h30m", AmountKind.WORKING_TIME, 5400, "1h30m"),
        ("1h 30m", AmountKind.WORKING_TIME, 5400, "1h30m"),
        (" 216h ", AmountKind.WORKING_TIME, 777_600, "216h"),
        ("1h0m5s", AmountKind.WORKING_TIME, 3605, "1h5s"),
        ("0h", AmountKind.WORKING_TIME, 0, "0h"),
        ("24wd", AmountKind.WORKING_DAYS, 24, "24wd"),
        ("2d", AmountKind.CALENDAR_TIME, 172_800, "2d"),
        ("36h calendar", AmountKind.CALENDAR_TIME, 129_600, "36h calendar"),
        ("48h calendar", AmountKind.CALENDAR_TIME, 172_800, "2d"),
        ("1d12h calendar", AmountKind.CALENDAR_TIME, 129_600, "36h calendar"),
        ("0d", AmountKind.CALENDAR_TIME, 0, "0h calendar"),
        ("2d calendar", AmountKind.CALENDAR_TIME, 172_800, "2d"),
        ("1w", AmountKind.CALENDAR_TIME, 604_800, "7d"),
        ("2w", AmountKind.CALENDAR_TIME, 1_209_600, "14d"),
        ("1w 2d", AmountKind.CALENDAR_TIME, 777_600, "9d"),
        ("2w calendar", AmountKind.CALENDAR_TIME, 1_209_600, "14d"),
    ],
)
def test_an_amount_is_read_and_written_canonically(text, kind, value, canonical):
    amount = Amount.parse(text)
    assert (amount.kind, amount.value, amount.same_time) == (kind, value, False)
    assert str(amount) == canonical
    assert Amount.parse(canonical) == amount


def test_working_days_may_keep_the_time_of_day():
    amount = Amount.parse("24wd same-time")
    assert amount == Amount(AmountKind.WORKING_DAYS, 24, True)
    assert str(amount) == "24wd same-time"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "empty"),
        ("   ", "empty"),
        ("-8h", "negative"),
        ("\N{MINUS SIGN}8h", "negative"),
        ("75%", "threshold"),
        ("8", "no unit"),
        ("1.5h", "1h30m"),
        ("1,5h", "1h30m"),
        ("1wd2h", "never convert"),
        ("2h1wd", "never convert"),
        ("1d12h", "never convert"),
        ("30m1h", "larger first"),
        ("1h1h", "each unit once"),
        ("8h same-time", "working days only"),
        ("2d same-time", "working days only"),
        ("24wd calendar", "never calendar"),
        ("2w same-time", "working days only"),
        ("1w4h", "never convert"),
        ("1d1w", "larger first"),
        ("1 month", "30d"),
        ("3mo", "90d"),
        ("2 месяца", "60d"),
        ("8H", "write 8h"),
        ("8 hours", "write 8h"),
        ("eight hours", "write 8h"),
        ("calendar", "write 90m"),
        ("8h 24wd same-time", "never convert"),
        ("1234567890h", "write 90m"),
    ],
)
def test_a_mistake_is_named_with_what_may_be_written(text, says):
    with pytest.raises(ValueError, match=says):
        Amount.parse(text)


@pytest.mark.parametrize("value", [None, 8, 8.0, True])
def test_only_text_is_read(value):
    with pytest.raises(ValueError, match="no amount of time"):
        Amount.parse(value)


def test_an_amount_is_never_negative():
    with pytest.raises(ValueError, match="negative"):
        Amount(AmountKind.WORKING_TIME, -1)


def test_only_working_days_keep_the_time_of_day():
    with pytest.raises(ValueError, match="same-time"):
        Amount(AmountKind.CALENDAR_TIME, 86_400, True)
