"""`sla-bridge version`."""

import sys

from bridge.cli.console.terminal import say, say_json
from bridge.cli.options import Json


def version(as_json: Json = False) -> None:
    """Print the versions of the bridge, the contract, Python and the holiday data, and where the files for deploying lie."""
    from importlib.metadata import version as installed

    from bridge.connectors.helpdesks.plugin_answers import CONTRACT
    from bridge.connectors.shipped import shipped

    found = {
        "sla-bridge": installed("osticket-sla-bridge"),
        "contract": str(CONTRACT),
        "python": ".".join(map(str, sys.version_info[:3])),
        "holidays": installed("holidays"),
        "deploy": str(shipped("deploy")),
    }
    if as_json:
        say_json(found)
        return
    for name, value in found.items():
        say(f"{name} {value}")
