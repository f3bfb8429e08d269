"""What public-holiday feeds call their entries: days off by law, and days that are only remembered or celebrated.

Feeds say it in the first line of a description or as a category, in the language of whoever subscribed. A word that is
not here is no reason to leave a day out: its entry counts, and its author is told so.
"""

import re

_OBSERVANCE = re.compile(r"\b(observance|not a (public|bank) holiday|памятн\w+ д\w+|рабочий праздник)\b", re.IGNORECASE)
"""Wherever it stands."""

_NOT_OFF = frozenset(
    # English, German, French, Spanish, Portuguese, Italian, Dutch, Polish, Russian, Ukrainian, and the North.
    """
    observance; observances; season; seasons; clock change; school holiday; school holidays; no public holiday; working holiday
    gedenktag; gedenktage; aktionstag; kein feiertag; kein gesetzlicher feiertag; schulferien; brauchtum; zeitumstellung
    journée commémorative; commémoration; observation; fête non fériée; jour non férié; vacances scolaires
    celebración; conmemoración; observancia; día no festivo; no festivo; vacaciones escolares; efeméride
    data comemorativa; comemoração; celebração; férias escolares; dia não feriado
    ricorrenza; commemorazione; osservanza; giorno lavorativo; vacanze scolastiche
    gedenkdag; herdenkingsdag; viering; geen feestdag; schoolvakantie
    obchody; dzień pamięci; święto nieustawowe; dzień pracujący; ferie szkolne
    памятная дата; памятный день; праздничная дата; профессиональный праздник; школьные каникулы; рабочий день
    пам'ятна дата; пам’ятна дата; професійне свято; шкільні канікули; робочий день
    temadag; minnesdag; mærkedag; merkedag; juhlapäivä; významný den; pamätný deň; emléknap; anma günü
    """.replace("\n", ";").split(";")
)
_OFF = frozenset(
    """
    public holiday; public holidays; bank holiday; national holiday; federal holiday; legal holiday; statutory holiday
    official holiday; general holiday; gazetted holiday; holiday; holidays; day off; non-working day
    gesetzlicher feiertag; gesetzliche feiertage; feiertag; feiertage; nationalfeiertag; arbeitsfreier tag
    jour férié; jours fériés; jour férié légal; fête nationale; jour chômé; jour chômé et payé; congé férié
    día festivo; días festivos; festivo; festivos; festivo nacional; fiesta nacional; feriado; feriados; feriado nacional
    día feriado; feriados nacionais; dia de folga; festività; festività nazionale; festività pubblica; giorno festivo
    giorni festivi; festa nazionale
    nationale feestdag; officiële feestdag; feestdag; feestdagen; święto państwowe; święto; święta
    dzień ustawowo wolny od pracy; dzień wolny od pracy; государственный праздник; государственные праздники
    официальный праздник; официальный выходной; нерабочий день; нерабочий праздничный день; праздничный день
    праздничные дни; выходной; выходной день; праздник; праздники; национальный праздник; държавен празник
    державне свято; вихідний день; неробочий день; святковий день; мемлекеттік мереке; мереке күні
    allmän helgdag; helgdag; röd dag; offentlig fridag; helligdag; officiel helligdag; yleinen vapaapäivä; pyhäpäivä
    státní svátek; svátek; štátny sviatok; deň pracovného pokoja; munkaszüneti nap; ünnepnap; resmi tatil; sărbătoare legală
    επίσημη αργία; αργία; 祝日; 国民の祝日; 法定节假日; 公众假期; 公共假日; 공휴일; 대한민국의 공휴일
    """.replace("\n", ";").split(";")
)


def _known(words: frozenset[str]) -> frozenset[str]:
    return frozenset(word.strip().casefold() for word in words if word.strip())


NOT_OFF, OFF = _known(_NOT_OFF), _known(_OFF)


def is_observance(said: tuple[str, ...], about: str) -> bool:
    """Return whether one of the words `said`, or anything in the text `about`, calls the entry a day that is worked."""
    return not NOT_OFF.isdisjoint(map(_folded, said)) or _OBSERVANCE.search(about) is not None


def unknown_words(said: tuple[str, ...]) -> tuple[str, ...]:
    """Return the words that say neither that a day is off nor that it is not; none where another one says that it is off."""
    if not OFF.isdisjoint(map(_folded, said)):
        return ()
    return tuple(word for word in said if _folded(word))


def _folded(word: str) -> str:
    return " ".join(word.split()).strip(" .!").casefold()
