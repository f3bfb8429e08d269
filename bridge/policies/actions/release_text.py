"""What the catalogue says of a release: text with the mark-up of letters, and with variables of its own."""

from bridge.policies.actions.markup import Badge, Button, Markup, read_markup

RELEASE_VARIABLES = ("product", "version", "date")
"""What the text of a release can say: the product's title, the version, and the day on which it came out."""


def parse_release(template: str) -> Markup:
    """Return the blocks of a release's text. Raises ValueError with what is wrong and, behind a bar, what is allowed."""
    found = read_markup(template, RELEASE_VARIABLES)
    if any(isinstance(block, Badge | Button) for block in (*found.blocks, *found.small)):
        raise ValueError("a release has no ticket for a button or a badge to show | write text and tables")
    return found
