"""The state of increments has another key than it had in the last release."""

from tests.good.next_url_own_state import CONTRACT as GOOD
from tests.good.next_url_own_state import Source as Good

BREAKS = frozenset({"checkpoints.compatible"})
MAY_BREAK = frozenset()
CONTRACT = GOOD


class Source(Good):
    def iteration(self, pagination, began, **params):
        page = super().iteration(pagination, began, **params)
        if page.next_state:
            page.next_state = {"since": page.next_state["after"]}
        return page

    def get_records_after(self, source_state, pagination=None):
        if source_state.state:
            source_state = source_state.model_copy(update={"state": {"after": source_state.state["since"]}})
        return super().get_records_after(source_state, pagination)
