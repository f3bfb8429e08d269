"""The composition root, one file for each thing that is joined from several rooms of the house.

`configuration` reads a folder, `customers` its registry, `deciding` makes decision functions of both, `helpdesk` opens the
one of the configured kind, `passes` joins all of them with the state to the engine. Everything heavy is imported where it is
used: an idle pass compiles no policy, and `--help` imports nothing.
"""
