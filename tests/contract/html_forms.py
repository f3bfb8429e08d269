"""Reads a page's forms as a browser does: every control with its name, value, choices, and the caption beside it."""

from dataclasses import dataclass, field
from html.parser import HTMLParser


@dataclass(slots=True)
class Control:
    """One input, select or textarea; `caption` is the text between the control before it and this one."""

    kind: str
    name: str
    value: str = ""
    caption: str = ""
    checked: bool = False
    options: list[tuple[str, str]] = field(default_factory=list)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.controls: list[Control] = []
        self._caption = ""
        self._open: Control | None = None
        self._mute = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag in ("script", "style"):
            self._mute += 1
        elif tag == "input" and given.get("name") and given.get("type") not in ("button", "submit", "reset", "file"):
            self._add(
                Control(given.get("type", "text"), given["name"], given.get("value", ""), checked="checked" in given)
            )
        elif tag in ("select", "textarea") and given.get("name"):
            self._open = self._add(Control(tag, given["name"]))
        elif tag == "option" and self._open is not None:
            self._open.options.append((given.get("value", ""), ""))
            if "selected" in given:
                self._open.value = given.get("value", "")

    def _add(self, control: Control) -> Control:
        control.caption = " ".join(self._caption.split())
        self._caption = ""
        self.controls.append(control)
        return control

    def handle_endtag(self, tag: str) -> None:
        if tag in ("script", "style"):
            self._mute -= 1
        elif tag in ("select", "textarea"):
            self._open = None

    def handle_data(self, data: str) -> None:
        if self._mute:
            return
        if self._open is None:
            self._caption += data
        elif self._open.kind == "textarea":
            self._open.value += data
        elif self._open.options:
            value, label = self._open.options[-1]
            self._open.options[-1] = (value, (label + data).strip())


class Form:
    """The controls of a page (or of the part of it behind `start`), to be filled in and posted."""

    def __init__(self, page: str, start: str = "") -> None:
        reader = _Reader()
        part = page[page.index(start) :] if start else page
        reader.feed(part.partition("</form>")[0] if start else part)
        self.controls = reader.controls

    def captioned(self, caption: str) -> Control:
        """Return the control right behind that caption."""
        return next(control for control in self.controls if control.caption.rstrip(" :*").endswith(caption))

    def first(self, kind: str) -> Control:
        """Return the first control of a kind."""
        return next(control for control in self.controls if control.kind == kind)

    def data(self) -> list[tuple[str, str]]:
        """Return what a browser would send."""
        return [
            (control.name, control.value)
            for control in self.controls
            if control.checked or control.kind not in ("checkbox", "radio")
        ]
