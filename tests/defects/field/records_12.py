"""Times have none to eight digits behind the second; one format is known, and the first record with other digits ends the stream.

Seen in airbytehq/airbyte#42025.
"""

import datetime as dt

from tests.good.next_url_oauth import CONTRACT as GOOD
from tests.good.next_url_oauth import Source as Good

BREAKS = frozenset({"pagination.complete"})
MAY_BREAK = frozenset({"interface.dispatch", "pagination.first_page"})
CONTRACT = GOOD


class Source(Good):
    def get(self, pagination=None):
        page = super().get(pagination)
        for record in page.records:
            if record.data.get("issued") is not None:
                dt.datetime.strptime(record.data["issued"], "%Y-%m-%dT%H:%M:%S%z")
        return page
