"""The check looks at the status alone, of an API that refuses credentials with 200 and an error in the body."""

from tests.defects._contract import only
from tests.good.cursor_session import CONTRACT as GOOD
from tests.good.cursor_session import Source as Good

BREAKS = frozenset({"connection.reports"})
MAY_BREAK = frozenset({"auth.early_revocation"})  # a 401 is what it renews a token for
CONTRACT = only(GOOD, "customers")
CONTRACT["api"]["unauthorized"] = 200


class Source(Good):
    """Right where the API says it with 401."""
