"""The configuration that a process that stays goes by: as it was when it was last found good."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from bridge.cli.wiring.configuration import Configuration, assemble, load_configuration
from bridge.errors import ConfigurationInvalid
from bridge.settings.fingerprint import source_files, zone_stamps
from bridge.settings.load import Settings, read_folder


class InForce:
    """Keeps what `adopt` found good, whatever becomes of the files; the registry's data are those of now all the same."""

    def __init__(self, config: Path | None) -> None:
        """Adopt the configuration of `--config`, or the one that is found. Raises what `adopt` raises."""
        self._config = config
        self.adopt()

    def adopt(self) -> None:
        """Take the files of now in force. Raises ConfigurationInvalid with every problem of every file, or for a key that is
        not there; then what was in force stays in force."""
        settings = load_configuration(self._config, customers=False).settings
        settings.key()
        settings = replace(settings, kept=read_folder(settings.folder))
        self._compile(settings)
        self._kept, self._sources = settings, source_files(settings)

    @property
    def settings(self) -> Settings:
        """Return the settings in force, with the files that count now: those that were kept, and the data as they are."""
        kept, now = self._kept.files(), _now(self._kept.folder)
        if now is None:
            return self._kept
        files = {name: now.get(name) if name in self._sources else content for name, content in kept.items()}
        files |= {name: now[name] for name in self._sources if name in now}
        return replace(self._kept, kept={name: content for name, content in files.items() if content is not None})

    @property
    def outdated(self) -> bool:
        """Return whether the files of now say something else than those in force: nobody has asked for them yet."""
        now = _now(self._kept.folder)
        return now is None or self._configured(now) != self._configured(self._kept.files())

    def assembled(self, settings: Settings) -> Configuration:
        """Return what is in force, joined with the customers of now."""
        from bridge.cli.wiring.customers import load_customers

        compiled = self._of_today()
        return replace(compiled, settings=settings, registry_load=load_customers(settings))

    def _of_today(self) -> Configuration:
        """Return what was compiled; anew once a day, since what is about to end is warned of, and where zones were updated."""
        if self._compiled_by != self._basis():
            self._compile(self._kept)
        return self._compiled

    def _compile(self, settings: Settings) -> None:
        by = self._basis()
        # A process would go by the zones of its start for ever.
        ZoneInfo.clear_cache()
        self._compiled, self._compiled_by = assemble(settings, customers=False), by

    def _basis(self) -> tuple[date, list[str]]:
        return datetime.now(UTC).date(), zone_stamps()

    def _configured(self, files: Mapping[str, bytes]) -> dict[str, bytes]:
        return {name: content for name, content in files.items() if name not in self._sources}


def _now(folder: Path) -> Mapping[str, bytes] | None:
    """Return the files as they are on the disk; None where one of them cannot be read."""
    try:
        return read_folder(folder)
    except ConfigurationInvalid:
        return None
