"""Behind the end come empty pages for as long as one asks; an empty page is not taken for the end.

Seen in turbot/steampipe-plugin-cloudflare#212.
"""

from tests.good.page_bare_array import CONTRACT as GOOD
from tests.good.page_bare_array import Source as Good

BREAKS = frozenset({"pagination.complete", "pagination.terminates"})
MAY_BREAK = frozenset()
CONTRACT = GOOD


class Source(Good):
    def get(self, pagination=None):
        page = super().get(pagination)
        page.next_pagination = {"page": (pagination["page"] if pagination else 0) + 1}
        return page
