"""The contract of the reference connector, as text."""

from __future__ import annotations

import pytest

ACME = """\
source: source.py:AcmeSource                    # a file (paths are relative to this file) or a.module:Class
config:                                         # bizon's `source:` mapping; the suite sets `stream`
  name: acme
  authentication: {type: api_key, params: {token: acme-test-token}}
  page_size: 10
examples: config/*.example.yml
cassettes: ../cassettes/acme                    # recordings, if there are any
api:                                            # what the API does
  base_url: https://api.acme.com/v2
  auth:                                         # what the API accepts
    - {type: bearer, token: acme-test-token}
    - {type: basic, username: ada, password: acme-test-password}
    - type: oauth
      token_url: https://api.acme.com/oauth/token
      client_id: acme-client
      client_secret: acme-test-secret
      expires_in: 3600
  check: {path: /me, body: {id: me_1}}
  error_body: {error: {message: "{reason}"}}
  streams:
    customers:
      path: /customers
      records: results                          # where the records are in the answer
      id: id
      paging: {style: cursor, send: cursor, next: next_cursor, more: has_more}
      page_size: {send: page_size, option: page_size, max: 250}
      total: total
      filters: {customer_ids: {send: ids, match: id, separator: ","}}
      record: {type: object, required: [id], properties: {id: {type: string}, email: {type: string}}}
    orders:
      path: /orders
      records: data
      paging: {style: offset, send: offset}
      page_size: {send: limit, option: page_size, max: 250}
      total: total
    products:
      path: /products
      records: items
      paging: {style: next_url, next: links.next}
      page_size: {send: page_size, option: page_size, max: 250}
expected_failures:                              # a known defect of the connector
  "auth.unsupported_type": {reason: "cookies are planned", until: 2027-03-01}     # `until` is optional
not_applicable:                                 # something the API or the connector does not have
  "pagination.live_changes[orders]": "offset paging cannot promise it"
"""


@pytest.fixture(scope="session")
def acme() -> str:
    """The contract.yml of the reference connector."""
    return ACME
