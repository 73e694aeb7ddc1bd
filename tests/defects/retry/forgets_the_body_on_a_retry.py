"""The second attempt is made with another body than the first."""

from tests.good._shared import Patient, decode
from tests.good.offset_post_body import CONTRACT as GOOD
from tests.good.offset_post_body import URL
from tests.good.offset_post_body import Source as Good

BREAKS = frozenset({"retry.same_request"})
MAY_BREAK = frozenset(
    {
        "retry.transient_status",
        "retry.network_faults",
        "retry.retry_after",
        "retry.retry_after_malformed",
        "retry.faults_together",
        "retry.rate_limited_api",
    }
)
CONTRACT = GOOD


class Source(Good):
    def ask(self, start, size):
        wanted = {"from": start, "size": size} | ({"kinds": [*self.config.kinds]} if self.config.kinds else {})
        return decode(Forgetful(self.session.request).ask("POST", URL, json=wanted))


class Forgetful(Patient):
    def wait(self, attempt, asked):
        super().wait(attempt, asked)
        send = self.send
        self.send = lambda method, url, json, **kwargs: send(method, url, json={"from": 0}, **kwargs)
