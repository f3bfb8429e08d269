"""What the catalogue says of a release: text with the mark-up of letters, and with variables of its own."""

from bridge.policies.actions.markup import Markup, read_markup

RELEASE_VARIABLES = ("product", "version", "date")
"""What the text of a release can say: the product's title, the version, and the day on which it came out."""


def parse_release(template: str) -> Markup:
    """Return the blocks of a release's text. Raises ValueError with what is wrong and, behind a bar, what is allowed."""
    return read_markup(template, RELEASE_VARIABLES)
