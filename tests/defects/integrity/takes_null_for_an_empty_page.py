"""Records that are null, or anything that is false, are no records."""

from tests.good.cursor_post_body import CONTRACT as GOOD
from tests.good.cursor_post_body import Source as Good

BREAKS = frozenset({"integrity.wrong_shape"})
MAY_BREAK = frozenset()
CONTRACT = GOOD


class Source(Good):
    def call(self, method, path, **kwargs):
        body = super().call(method, path, **kwargs)
        if "result" in body and not body["result"]["events"]:
            body["result"]["events"] = []
        return body
