"""What reports say of obligations, in Russian and English."""

from collections.abc import Mapping

from bridge.files.types import Title

SUMMARY = Title(
    ru="выполнено {kept}, не выполнено {missed}, предстоит {due}, неизвестно {unknown}",
    en="{kept} kept, {missed} missed, {due} due, {unknown} unknown",
)
STATES: Mapping[str, Title] = {
    "kept": Title(ru="Выполнено", en="Kept"),
    "missed": Title(ru="Не выполнено", en="Missed"),
    "due": Title(ru="Предстоит", en="Due"),
    "not_begun": Title(ru="Ещё не начался", en="Not begun"),
    "unknown": Title(ru="Неизвестно", en="Unknown"),
}
AT_START = Title(ru="в начале, до {until}", en="at the start, by {until}")
QUARTER = Title(ru="{number}-й квартал {year}", en="quarter {number} of {year}")
HALF_YEAR = Title(ru="{number}-е полугодие {year}", en="half-year {number} of {year}")
PROVISIONAL = Title(ru="{day} (праздники ещё не опубликованы)", en="{day} (holidays not published yet)")
NOT_COUNTED = Title(
    ru="Событий, которые никому не засчитаны: {count}. Почему, говорит --format json.",
    en="Events that count for nobody: {count}. --format json says why.",
)
INCOMPLETE = Title(
    ru="Реестр клиентов прочитан не весь или не подключён: здесь могут быть не все обязательства.",
    en="The registry of customers is not read whole, or not connected: not every obligation may stand here.",
)
