"""A 5xx is asked again for ever and logged as a warning: a day and a half of 504 looks like a sync that runs.

Seen in estuary/connectors#5161.
"""

import requests
from loguru import logger

from tests.defects.field._patience import CUSTOMERS, Patience
from tests.good._shared import Patient

BREAKS = frozenset({"retry.gives_up"})
MAY_BREAK = frozenset({"connection.reports", "connection.message", "pagination.total"})
CONTRACT = CUSTOMERS


class Stoic(Patient):
    def ask(self, method, url, **kwargs):
        while True:
            try:
                return super().ask(method, url, **kwargs)
            except requests.HTTPError as error:
                if error.response.status_code < 500:
                    raise
                logger.warning(f"{error.response.status_code}: still trying")


class Source(Patience):
    patience = Stoic
