"""The second attempt is made without the parameters of the first."""

from tests.defects._contract import only
from tests.good._shared import Patient
from tests.good.cursor_session import CONTRACT as GOOD
from tests.good.cursor_session import Source as Good

BREAKS = frozenset({"retry.same_request"})
MAY_BREAK = frozenset(
    {
        "retry.transient_status",
        "retry.network_faults",
        "retry.retry_after",
        "retry.retry_after_malformed",
        "retry.faults_together",
        "retry.rate_limited_api",
        "auth.early_revocation",
    }
)
CONTRACT = only(GOOD, "customers")


class Source(Good):
    @property
    def http(self):
        return Forgetful(super().http.send, getattr(self.session.auth, "renew", None))


class Forgetful(Patient):
    def ask(self, method, url, **kwargs):
        send, left = self.send, [kwargs.get("params")]
        self.send = lambda method, url, **more: send(method, url, **more | {"params": left.pop() if left else None})
        return super().ask(method, url, **kwargs)
