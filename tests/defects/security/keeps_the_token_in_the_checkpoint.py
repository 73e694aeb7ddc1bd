"""The access token is part of the pagination, so that a resume need not fetch one."""

from tests.good.next_url_oauth import CONTRACT as GOOD
from tests.good.next_url_oauth import Source as Good

BREAKS = frozenset({"security.checkpoints"})
MAY_BREAK = frozenset({"pagination.first_page"})
CONTRACT = GOOD


class Source(Good):
    def get(self, pagination=None):
        page = super().get(pagination)
        if page.next_pagination:
            page.next_pagination["token"] = self.session.auth.held
        return page
