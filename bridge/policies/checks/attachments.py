"""EL-7: screenshots as JPG, GIF or PNG; very large files as links."""

from pydantic import Field

from bridge.files.types import Listed, Title
from bridge.policies.checks.answer import CheckAnswer, failed, passed
from bridge.policies.checks.case import Case
from bridge.policies.checks.check_kind import CheckKind, Options, register
from bridge.policies.checks.wording import wording
from bridge.tickets import Attachment


class AttachmentsOptions(Options):
    """EL-7."""

    formats: Listed[str] = Field(default=("jpg", "jpeg", "gif", "png"), description="File endings that are accepted.")
    largest_bytes: int = Field(default=10_000_000, ge=1, description="Above this size a file should come as a link.")


_NAMED_AT_MOST = 5
"""Files that a sentence names; further ones are in the evidence."""

_ENDING_OF_TYPE = {
    "image/jpeg": "jpg",
    "image/pjpeg": "jpg",
    "image/gif": "gif",
    "image/png": "png",
    "image/x-png": "png",
}
_ANY_TYPE = ("", "application/octet-stream", "binary/octet-stream")


_NONE = passed("attachments_none")


def answer(case: Case, options: AttachmentsOptions) -> CheckAnswer:
    """Return whether every file of the first message has an accepted format and a bearable size."""
    files = case.ticket.attachments
    if not files:
        return _NONE
    foreign = tuple(file.name for file in files if not _accepted(file, options))
    large = tuple(file.name for file in files if file.size > options.largest_bytes)
    if foreign:
        formats = tuple(dict.fromkeys("JPG" if ending == "jpeg" else ending.upper() for ending in options.formats))
        return failed("attachment_format", files=foreign, named=foreign[:_NAMED_AT_MOST], formats=formats, large=large)
    if large:
        megabytes = options.largest_bytes / 1_000_000
        return failed("attachment_too_large", files=large, named=large[:_NAMED_AT_MOST], largest_megabytes=megabytes)
    return passed("attachments_fine")


def _accepted(file: Attachment, options: AttachmentsOptions) -> bool:
    """Both the name's ending and the stated type must be accepted: a program called `screen.png` is no screenshot."""
    kind = file.type.partition(";")[0].strip().lower()
    dot = file.name.rfind(".")
    ending = file.name[dot + 1 :].lower() if dot >= 0 else _ENDING_OF_TYPE.get(kind, "")
    if ending not in options.formats:
        return False
    if ending not in _ENDING_OF_TYPE.values() and ending != "jpeg":
        return True
    return kind in _ANY_TYPE or kind in _ENDING_OF_TYPE


WORDINGS = {
    "attachments_none": wording(ru="Вложений нет", en="There are no attachments"),
    "attachments_fine": wording(ru="Вложения в порядке", en="The attachments are fine"),
    "attachment_format": wording(
        ru="Вложения не в принятом формате: {named}",
        en="Attachments in a format that is not accepted: {named}",
        mend_ru="Пришлите, пожалуйста, снимки экрана в формате {formats}, а другие файлы — ссылкой.",
        mend_en="Please send screenshots as {formats}, and other files as a link.",
    ),
    "attachment_too_large": wording(
        ru="Слишком большие вложения: {named}",
        en="Attachments that are too large: {named}",
        mend_ru="Файлы больше {largest_megabytes} МБ пришлите, пожалуйста, ссылкой.",
        mend_en="Please send files above {largest_megabytes} MB as a link.",
    ),
}

register(
    CheckKind("attachments", Title(ru="Вложения", en="Attachments"), AttachmentsOptions, answer, WORDINGS, place=70)
)
