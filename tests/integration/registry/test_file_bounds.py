"""Whatever a path leads to: a sentence and an end, and nothing of files that are nobody's customers."""

import os
import socket
import time

import pytest

from bridge.connectors.registry.load import load_registry
from bridge.connectors.regular_file import NotReadable, read_regular
from bridge.errors import ConfigurationInvalid

SOURCE = "sources: {{a: {{kind: {kind}, file: {file}, columns: {{customer: Code}}}}}}\n"


def strange_files(folder):
    os.mkfifo(folder / "pipe")
    (folder / "inner").mkdir()
    (folder / "loop").symlink_to("loop")
    (folder / "endless").symlink_to("/dev/zero")
    bound = socket.socket(socket.AF_UNIX)
    os.chdir(folder)  # The path of a socket must be short.
    bound.bind("socket")
    return bound


@pytest.mark.parametrize("kind", ["csv", "excel", "yaml"])
@pytest.mark.parametrize(
    ("file", "why"),
    [
        ("pipe", "it is a pipe"),
        ("/dev/zero", "it is a device"),
        ("endless", "it is a device"),
        ("inner", "it is a folder"),
        ("loop", "symbolic links"),
        ("nowhere", "No such file"),
        ("socket", "No such device or address"),
        ("'a\\0b'", "no file can have this name"),
    ],
)
def test_what_is_no_regular_file_is_said_so_at_once(folder, monkeypatch, kind, file, why):
    monkeypatch.chdir(folder.path)
    with strange_files(folder.path):
        name = f'"{file[1:-1]}"' if "'" in file else file
        folder.mapping(SOURCE.format(kind=kind, file=name))
        begun = time.monotonic()
        if "\\0" in file:
            with pytest.raises(NotReadable, match=why):
                read_regular(folder.path / "a\0b", 10)
            return
        (problem,) = folder.load().problems
        assert time.monotonic() - begun < 5
    assert why in problem.message
    assert problem.code == "source_unusable"


def test_the_description_itself_may_be_no_pipe_either(folder):
    os.mkfifo(folder.path / "registry.yaml")
    with pytest.raises(ConfigurationInvalid, match="cannot be read: it is a pipe"):
        load_registry(folder.path, now=0)


def test_a_file_whose_size_is_a_lie_is_read_to_its_bound():
    content, _ = read_regular("/proc/self/status", 1_000_000)
    assert content.startswith(b"Name:")
    with pytest.raises(NotReadable, match="at most 10 are read"):
        read_regular("/proc/self/status", 10)


SECRET = "root:x:0:0:hunter2,Code-of-root\nnext;line\n"


@pytest.mark.parametrize("kind", ["csv", "excel", "yaml"])
@pytest.mark.parametrize("way", ["above", "absolute", "link"])
def test_nothing_of_a_file_outside_the_configuration_is_shown(folder, tmp_path_factory, kind, way):
    outside = tmp_path_factory.mktemp("elsewhere") / "passwd"
    outside.write_text(SECRET)
    (folder.path / "link").symlink_to(outside)
    paths = {
        "above": os.path.relpath(outside, folder.path),
        "absolute": str(outside),
        "link": "link",
    }
    folder.mapping(SOURCE.format(kind=kind, file=paths[way]))
    load = folder.load()
    told = " ".join(map(str, (*load.problems, *load.sources)))
    assert "hunter2" not in told
    assert "root" not in told.replace("/root/", "").replace("pytest-of-root", "")
    assert "it lies outside the configuration folder" in told


def test_of_a_file_inside_it_the_header_is_shown(folder):
    folder.mapping(SOURCE.format(kind="csv", file="a.csv"))
    folder.write("a.csv", "Cod;Name\n1;x\n")
    assert "the header reads: Cod, Name" in folder.problems()[0]


def test_a_table_of_customers_outside_the_folder_is_read_and_its_rows_are_named(folder, tmp_path_factory):
    outside = tmp_path_factory.mktemp("exports") / "a.csv"
    outside.write_text("Code;Seats\n1;many\n")
    folder.mapping(f"sources: {{a: {{kind: csv, file: '{outside}', columns: {{customer: Code, seats: Seats}}}}}}\n")
    assert "'many' is no whole number" in folder.problems()[0]


def test_absences_outside_the_folder_are_not_quoted_either(folder, tmp_path_factory):
    outside = tmp_path_factory.mktemp("elsewhere") / "passwd"
    outside.write_text(SECRET)
    folder.mapping(f"curators: {{absence_files: [{{kind: csv, file: '{outside}'}}]}}\n")
    assert "hunter2" not in " ".join(folder.problems())
