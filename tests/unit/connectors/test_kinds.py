"""The table of kinds: every entry leads to a class, whose docstring shows a bridge.yaml that names it."""

import inspect
import subprocess
import sys
import textwrap
from importlib import import_module

import pytest
from pydantic import SecretStr

from bridge.connectors.helpdesks import KINDS, open_helpdesk
from bridge.protocols.helpdesk import Connection
from bridge.settings.load import load_settings
from bridge.settings.model import HelpdeskSettings


@pytest.mark.parametrize("kind", KINDS)
def test_the_example_in_the_docstring_of_a_kind_is_a_bridge_yaml_that_opens_it(kind, tmp_path):
    module, _, name = KINDS[kind].partition(":")
    told = inspect.getdoc(getattr(import_module(module), name))
    example = told.partition("```yaml\n")[2].partition("```")[0]
    (tmp_path / "bridge.yaml").write_text('version: "1"\n' + textwrap.dedent(example))
    wanted = load_settings(tmp_path, helpdesk_kinds=KINDS).file.helpdesk
    assert wanted.kind == kind
    helpdesk = open_helpdesk(kind, Connection(url=wanted.url, key=SecretStr("K"), request_seconds=1))
    assert (helpdesk.requests_sent, helpdesk.server_time, helpdesk.route) == (0, None, None)
    helpdesk.close()


def test_the_settings_name_every_kind():
    assert HelpdeskSettings.model_fields["kind"].default in KINDS
    assert all(kind in HelpdeskSettings.model_fields["kind"].description for kind in KINDS)


def test_the_table_is_read_without_a_library_of_http():
    code = "import bridge.connectors.helpdesks, sys; print('requests' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
