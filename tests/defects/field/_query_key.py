"""A connector whose API takes the key as the first query parameter; its errors speak of status and host alone."""

import copy

import requests
from requests.auth import AuthBase

from tests.defects._contract import only
from tests.good._shared import Patient, authenticator, reason
from tests.good.cursor_session import CONTRACT as GOOD
from tests.good.cursor_session import Source as Good

KEY = "acme-test-key"
CONTRACT = copy.deepcopy(only(GOOD, "customers"))
CONTRACT["config"]["authentication"] = {"type": "api_key", "params": {"token": KEY}}
CONTRACT["api"]["auth"] = [{"type": "api_key", "send": "api_key", "token": KEY}]
del CONTRACT["examples"]


class QueryKey(AuthBase):
    def __init__(self, key):
        self.key = key

    def __call__(self, request):
        path, _, query = request.url.partition("?")
        request.url = f"{path}?api_key={self.key}" + ("&" * bool(query)) + query
        return request


class Discreet(Patient):
    def __init__(self, send, failed):
        super().__init__(send)
        self.failed = failed

    def ask(self, method, url, **kwargs):
        try:
            return super().ask(method, url, **kwargs)
        except requests.RequestException as error:
            failed = self.failed(error)
        raise failed  # not in the handler: there it would have the other one, with its URL, as its context


class Source(Good):
    def get_authenticator(self):
        authenticator(self.config.authentication, "api_key")
        return QueryKey(self.config.authentication.params.token)

    @property
    def http(self):
        return Discreet(self.send, self.failed)

    def send(self, method, url, **kwargs):
        return self.session.request(method, url, **kwargs)

    def failed(self, error):
        return RuntimeError(reason(error))
