"""The list of errors to retry has time-outs, refusals and broken bodies, and no connection that the peer resets.

Seen in meltano/sdk#1236.
"""

import requests

from tests.defects.field._patience import CUSTOMERS, Patience
from tests.good._shared import Patient

BREAKS = frozenset({"retry.network_faults"})
MAY_BREAK = frozenset()
CONTRACT = CUSTOMERS


class WasResetError(Exception):
    pass


class Listed(Patient):
    def __init__(self, send, renew=None):
        super().__init__(lambda *args, **kwargs: self.sorted(send, *args, **kwargs), renew)

    def sorted(self, send, *args, **kwargs):
        try:
            return send(*args, **kwargs)
        except requests.ConnectionError as error:
            if "ConnectionResetError" in repr(error):
                raise WasResetError(str(error)) from error
            raise


class Source(Patience):
    patience = Listed
