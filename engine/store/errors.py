"""What can be wrong with a store, and with what was taken from it."""

from plainterms.policy.errors import PlainTermsError


class StoreError(PlainTermsError):
    """A store that cannot be opened or used as asked."""
