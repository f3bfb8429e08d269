"""The eligibility checks, one file for each kind: its options, its answer, its turns of time and its wordings.

Importing the folder imports every file of it, so that each kind registers itself: a new check is one new file and no list
to add it to.
"""

from importlib import import_module
from pkgutil import iter_modules

for _module in iter_modules(__path__, f"{__name__}."):
    import_module(_module.name)
