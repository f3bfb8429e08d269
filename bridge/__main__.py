"""`python -m bridge` is `sla-bridge`."""

from bridge.cli.main import main

main()
