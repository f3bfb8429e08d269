"""What BeDesk's documentation leaves open, each a switch."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Assumptions:
    """How the double answers where the documentation is silent.

    `put_replaces`: the attributes of a PUT take the place of all, instead of being merged into them. `put_touches`,
    `attributes_touch`, `notes_touch`: a PUT, a person's edit of an attribute, an internal note move `updated_at`.
    `agent_can_edit_binds`: an attribute that agents may not edit is left as it is by a PUT, without an error.
    `value_characters`: longer values are cut, None: none are. `wraps_pages`: a list stands under `pagination`.
    `nests_permissions`: an attribute's permissions stand under `permissions`. `lists_unset`: a conversation lists attributes
    without a value too. `largest_page`: more a page is never given.
    """

    put_replaces: bool = False
    put_touches: bool = True
    attributes_touch: bool = True
    notes_touch: bool = True
    agent_can_edit_binds: bool = False
    value_characters: int | None = None
    wraps_pages: bool = True
    nests_permissions: bool = False
    lists_unset: bool = False
    largest_page: int = 50
