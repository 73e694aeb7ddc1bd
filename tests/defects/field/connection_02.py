"""Set-up looks whether there are credentials, not whether they are right: the refusal comes with the first sync.

Seen in DalgoT4D/webapp#196.
"""

from tests.good.offset_requests import CONTRACT as GOOD
from tests.good.offset_requests import Source as Good

BREAKS = frozenset({"connection.reports"})
MAY_BREAK = frozenset()
CONTRACT = GOOD


class Source(Good):
    def check_connection(self):
        given = self.config.authentication.params
        complete = bool(given.username and given.password)
        return complete, None if complete else "the user name and the password are needed"
