"""A retry goes by the last cursor that this process has met, which none has behind a resume: it reads the first page."""

from tests.good._shared import Patient, decode
from tests.good.cursor_incremental import API
from tests.good.cursor_incremental import CONTRACT as GOOD
from tests.good.cursor_incremental import Source as Good

BREAKS = frozenset({"retry.after_resume", "incremental.paging", "stateful.sync", "stateful.runs"})
MAY_BREAK = frozenset()
CONTRACT = GOOD


class Source(Good):
    onward = None

    def ask(self, path, **params):
        again = {key: value for key, value in params.items() if key != "cursor"} | (self.onward or {})
        attempts = iter([params])

        def send(method, url, **more):
            return self.session.request(method, url, **more | {"params": next(attempts, again)})

        body = decode(Patient(send).get(API + path))
        self.onward = {"cursor": body["next"]} if body.get("next") else None
        return body
