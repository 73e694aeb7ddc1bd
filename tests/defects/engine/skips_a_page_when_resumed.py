"""A new source takes the page that the pagination names for one that was delivered, and begins behind it."""

from tests.good.page_since_day import CONTRACT as GOOD
from tests.good.page_since_day import Source as Good

BREAKS = frozenset({"engine.resumes"})
MAY_BREAK = frozenset(
    {
        "pagination.resume",
        "pagination.stateless",
        "incremental.paging",
        "incremental.tiles",
        "incremental.state",
        "incremental.descending_interrupted",
    }
)
CONTRACT = GOOD


class Source(Good):
    begun = False

    def get(self, pagination=None):
        if pagination and not self.begun:
            pagination = {"page": pagination["page"] + 1}
        self.begun = True
        return super().get(pagination)
