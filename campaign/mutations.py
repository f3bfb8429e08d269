"""How files get damaged: by transport, by editors, by spreadsheets, and by people who mean harm."""

import io
import zipfile
import zlib
from collections.abc import Callable, Sequence
from random import Random

Mutation = Callable[[bytes, Random], bytes]

TOKENS: tuple[bytes, ...] = (
    *(
        b"",
        b"\x00",
        b"\x1a",
        b"\t",
        b"\r",
        b"\n\n",
        b"\xef\xbb\xbf",
        b"\xff\xfe",
        b"\xa0",
        b"\xc2\xad",
        b"\xe2\x80\x8b",
    ),
    *(
        b"'",
        b'"',
        b'"""',
        b"\\",
        b"{",
        b"}",
        b"[",
        b"]",
        b"|",
        b">",
        b"#",
        b": ",
        b"- ",
        b"---\n",
        b"...\n",
        b"%YAML 9\n",
    ),
    *(
        b"&a [*a]",
        b"*x",
        b"<<: *x",
        b"!!python/object:os.system",
        b"!!binary AA==",
        b"? [a]\n: b",
        b"null",
        b"~",
        b"true",
    ),
    *(
        b"-1",
        b"0",
        b"1e309",
        b".nan",
        b"0x7fffffff",
        b"99999999999999999999",
        b"2026-02-30",
        b"0000-00-00",
        b"9999-12-31",
    ),
    *(
        b"99999999h",
        b"0wd",
        b"-8h",
        b"2w",
        b"1000000wd",
        b"150%",
        b"00:00-24:00",
        b"24:00-00:00",
        b"mon-sun",
        b"12-31..01-01",
    ),
    *(
        b"sep=;\n",
        b"sep=\t\n",
        b";;;;;;",
        b",,,,",
        b"#N/A",
        b"#REF!",
        b"=CMD()",
        b"'000124",
        b"1,23457E+12",
        "Итого".encode(),
    ),
    *(b"mailto:a@b.example", b"@", b"a@b@c", b"https://", b"../../etc/passwd", b"/dev/zero", b"file:///etc/passwd"),
    *(b"RRULE:FREQ=SECONDLY\r\n", b"RRULE:FREQ=YEARLY;BYEASTER=0\r\n", b"RRULE:FREQ=DAILY;COUNT=99999999\r\n"),
    *(
        b"DURATION:P9999W\r\n",
        b"RDATE:20260101T000000Z\r\n",
        b"BEGIN:VEVENT\r\n",
        b"END:VCALENDAR\r\n",
        b"DTSTART:99991231\r\n",
    ),
    *(
        "х".encode(),
        "Ё".encode(),
        "é".encode("latin-1"),
        "дата".encode("cp1251"),
        "a\u202eb".encode(),
        b"\xf0\x9f\x92\xa9",
    ),
)
"""What people, editors, spreadsheets and calendars put into files, and what readers stumble over."""


def _somewhere(content: bytes, random: Random) -> int:
    return random.randint(0, len(content))


def _flip(content: bytes, random: Random) -> bytes:
    if not content:
        return content
    at = random.randrange(len(content))
    return content[:at] + bytes([content[at] ^ 1 << random.randrange(8)]) + content[at + 1 :]


def _insert(content: bytes, random: Random) -> bytes:
    at = _somewhere(content, random)
    return content[:at] + random.choice(TOKENS) + content[at:]


def _cut(content: bytes, random: Random) -> bytes:
    at = _somewhere(content, random)
    return content[:at] + content[at + random.randint(1, 40) :]


def _truncate(content: bytes, random: Random) -> bytes:
    return content[: _somewhere(content, random)]


def _repeat(content: bytes, random: Random) -> bytes:
    at = _somewhere(content, random)
    piece = content[at : at + random.randint(1, 60)]
    return content[:at] + piece * random.choice([2, 3, 50, 2000]) + content[at:]


def _line(content: bytes, random: Random) -> bytes:
    """Cut, double or move a line, or put a token in place of its value."""
    lines = content.splitlines(keepends=True)
    if not lines:
        return content
    at = random.randrange(len(lines))
    deed = random.randrange(4)
    if deed == 0:
        del lines[at]
    elif deed == 1:
        lines.insert(at, lines[at])
    elif deed == 2:
        lines.insert(random.randrange(len(lines)), lines.pop(at))
    else:
        mark = next((one for one in (b": ", b":", b";", b",") if one in lines[at]), b"")
        head = lines[at].partition(mark)[0] if mark else b""
        lines[at] = head + mark + random.choice(TOKENS) + b"\n"
    return b"".join(lines)


def _indent(content: bytes, random: Random) -> bytes:
    lines = content.splitlines(keepends=True)
    if lines:
        at = random.randrange(len(lines))
        lines[at] = random.choice([b" ", b"  ", b"\t", b"      "]) + lines[at]
    return b"".join(lines)


def _encode(content: bytes, random: Random) -> bytes:
    """Save the text as another program would: another encoding, other line ends, a mark in front."""
    text = content.decode("utf-8", "replace")
    chosen = random.choice(["utf-16", "utf-16-le", "utf-32", "cp1251", "koi8-r", "utf-8-sig", "crlf", "cr"])
    if chosen in {"crlf", "cr"}:
        return content.replace(b"\n", b"\r\n" if chosen == "crlf" else b"\r")
    return text.encode(chosen, "replace")


def _nest(content: bytes, random: Random) -> bytes:
    at = _somewhere(content, random)
    return content[:at] + random.choice([b"[", b"{a: ", b"- "]) * random.choice([10, 500, 20_000]) + content[at:]


DAMAGES: Sequence[Mutation] = (_flip, _insert, _insert, _cut, _truncate, _repeat, _line, _line, _indent, _encode, _nest)


def damaged(content: bytes, random: Random) -> bytes:
    """Return the content with one to four things wrong in it; of a workbook, also inside its packed parts."""
    for _ in range(random.randint(1, 4)):
        packed = content.startswith(b"PK") and random.random() < 0.9
        content = _workbook(content, random) if packed else random.choice(DAMAGES)(content, random)
    return content


def _workbook(content: bytes, random: Random) -> bytes:
    """Damage one part of a workbook, or leave it out, or pack it with a size that is not its own."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = {name: archive.read(name) for name in archive.namelist()}
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, NotImplementedError, ValueError):
        return random.choice(DAMAGES)(content, random)
    name = random.choice(sorted(parts))
    if random.random() < 0.1:
        del parts[name]
    elif random.random() < 0.1:
        parts[name] += b" " * 30_000_000
    else:
        parts[name] = random.choice(DAMAGES)(parts[name], random)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return packed.getvalue()
