"""AG-8: did the ticket come by an official channel?"""

from pydantic import Field

from bridge.files.types import Title
from bridge.policies.checks.answer import CheckAnswer, failed, passed
from bridge.policies.checks.case import Case
from bridge.policies.checks.check_kind import CheckKind, Options, register
from bridge.policies.checks.wording import joined, wording
from bridge.tickets import Source


class ChannelOptions(Options):
    """AG-8."""

    official: tuple[Source, ...] = Field(
        default=(Source.WEB, Source.EMAIL, Source.API), min_length=1, description="Channels that count."
    )


_CHANNELS = {
    Source.WEB: Title(ru="сайт поддержки", en="the support site"),
    Source.EMAIL: Title(ru="электронная почта", en="e-mail"),
    Source.PHONE: Title(ru="телефон", en="telephone"),
    Source.API: Title(ru="программный интерфейс", en="programming interface"),
    Source.OTHER: Title(ru="мессенджер, форум или чат", en="messenger, forum or chat"),
}


def answer(case: Case, options: ChannelOptions) -> CheckAnswer:
    """Return whether the ticket came by an official channel; what an agent typed in from a chat has another source."""
    source = case.ticket.source
    if source in options.official:
        return passed("channel_official", channel=source.value)
    official = joined([_CHANNELS[one] for one in options.official])
    return failed("channel_unofficial", channel=source.value, title=_CHANNELS[source], official=official)


WORDINGS = {
    "channel_official": wording(
        ru="Обращение пришло по официальному каналу", en="The request came by an official channel"
    ),
    "channel_unofficial": wording(
        ru="Обращение пришло не по официальному каналу: {title}",
        en="The request did not come by an official channel: {title}",
        mend_ru="Напишите нам, пожалуйста, по официальному каналу: {official}.",
        mend_en="Please write to us by an official channel: {official}.",
    ),
}

register(CheckKind("channel", ChannelOptions, answer, WORDINGS, place=100, looks_at=()))
