"""The commands, one file each; `wiring` joins for them what they need."""

import os

# pydantic looks through every installed package for plugins of its own, which costs a tenth of a short command.
os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
