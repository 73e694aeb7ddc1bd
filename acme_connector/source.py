"""The Acme source: three collections of the Acme API v2, each with its own way of paging."""

from __future__ import annotations

from datetime import UTC
from typing import Any, TypeVar
from urllib.parse import urljoin, urlsplit

import requests
from bizon.source.auth.authenticators.abstract_token import AbstractHeaderAuthenticator
from bizon.source.auth.authenticators.basic import BasicHttpAuthParams
from bizon.source.auth.authenticators.oauth import Oauth2AuthParams
from bizon.source.auth.authenticators.token import TokenAuthParams
from bizon.source.auth.builder import AuthBuilder
from bizon.source.auth.config import AuthType
from bizon.source.models import SourceIncrementalState, SourceIteration, SourceRecord
from bizon.source.session import Session
from bizon.source.source import AbstractSource
from loguru import logger
from pydantic import BaseModel
from requests.auth import AuthBase

from acme_connector.config import API_VERSION, MIN_PAGE_SIZE, AcmeSourceConfig, AcmeStreams
from acme_connector.errors import AcmeError
from acme_connector.http import (
    AcmeRetry,
    Answer,
    checked,
    exchange,
    origin,
    read,
    refusal,
    same_origin,
    what_happened,
    with_retries,
)
from acme_connector.models import CustomersPage, Key, Me, OrdersPage, ProductsPage, Record
from acme_connector.oauth import AcmeOAuth, is_header_text

Params = TypeVar("Params", bound=BaseModel)

Pagination = dict[str, Any]
"""Where a stream goes on: `{"cursor": …}`, `{"offset": …}` or `{"next": …}`; empty for its beginning and its end."""


class AcmeSource(AbstractSource):
    """Reads customers (cursor paging), orders (offset paging) and products (next URLs).

    It keeps nothing between two calls but its session: where a stream goes on stands in the pagination alone.
    """

    def __init__(self, config: AcmeSourceConfig) -> None:
        super().__init__(config)
        self.config: AcmeSourceConfig = config
        # Not in get_session(): overriding that would cost the user `source.http`.
        self.session.headers.update({"X-API-Version": API_VERSION, "Accept": "application/json"})
        with_retries(self.session, self.get_retry_policy())

    # -- what bizon asks the class

    @staticmethod
    def streams() -> list[str]:
        """The names of the streams."""
        return [stream.value for stream in AcmeStreams]

    @staticmethod
    def get_config_class() -> type[AcmeSourceConfig]:
        """The class of the options."""
        return AcmeSourceConfig

    # -- the session

    def get_retry_policy(self) -> AcmeRetry:
        """bizon's policy from `source.http`, forgiving towards a malformed Retry-After."""
        retries = self.config.http.retries
        return AcmeRetry(
            total=retries.total,
            backoff_factor=retries.backoff_factor,
            status_forcelist=retries.status_forcelist,
            allowed_methods=retries.allowed_methods,
            respect_retry_after_header=True,
            max_retry_after=retries.retry_after_max,
            raise_on_status=False,
        )

    def get_authenticator(self) -> AuthBase | None:
        """What puts the credentials on each request; None for a public API, or with a warning.

        Raises:
            AcmeError: the params belong to another type, or a token cannot stand in a header.
        """
        authentication = self.config.authentication
        if authentication is None:
            return None
        kind, params = authentication.type, authentication.params
        match kind:
            case AuthType.API_KEY | AuthType.BEARER:
                return _in_header(AuthBuilder.token(_expected(params, TokenAuthParams, kind, "token")))
            case AuthType.BASIC:
                return _in_header(AuthBuilder.basic(_expected(params, BasicHttpAuthParams, kind, "username, password")))
            case AuthType.OAUTH:
                needed = "token_refresh_endpoint, client_id, client_secret"
                return self._oauth(_expected(params, Oauth2AuthParams, kind, needed))
            case _:
                logger.warning(
                    f"Acme does not know authentication of type {kind.value}: requests go without credentials"
                )
                return None

    def _oauth(self, params: Oauth2AuthParams) -> AcmeOAuth:
        retries = self.get_retry_policy()
        session = with_retries(Session(retries=retries, timeout=self.config.http.timeout), retries)
        return AcmeOAuth(params, session, retries)

    # -- before a sync

    def check_connection(self) -> tuple[bool, str | None]:
        """(True, None) when `GET /me` answers, else False and why."""
        try:
            self._get(self._url("/me"), Me)
        except requests.HTTPError as error:
            return False, refusal(error.response.status_code)
        except requests.RequestException as error:
            return False, f"{urlsplit(self.config.base_url).netloc} could not be reached: {what_happened(error)}"
        except AcmeError as error:
            return False, str(error)
        return True, None

    def get_total_records_count(self) -> int | None:
        """The number of records under the same filters; None for products, or where it cannot be had.

        None for no records, too: bizon 0.6.4 divides by the total.
        """
        page: CustomersPage | OrdersPage
        try:
            match self.config.stream:
                case AcmeStreams.CUSTOMERS:
                    fewest = self._customer_filters() | {"page_size": MIN_PAGE_SIZE}
                    page = self._get(self._url("/customers"), CustomersPage, fewest)
                case AcmeStreams.ORDERS:
                    page = self._get(self._url("/orders"), OrdersPage, {"limit": MIN_PAGE_SIZE})
                case AcmeStreams.PRODUCTS:
                    return None
        except (requests.RequestException, AcmeError) as error:
            logger.warning(f"the number of {self.config.stream.value} cannot be had: {type(error).__name__}")
            return None
        return page.total or None

    # -- a sync

    def get(self, pagination: Pagination | None = None) -> SourceIteration:
        """The page after ``pagination``; the first one for None or {}."""
        return self._page(pagination)

    def get_records_after(
        self, source_state: SourceIncrementalState, pagination: Pagination | None = None
    ) -> SourceIteration:
        """The page after ``pagination`` of what was updated since the last run began, that instant included.

        Raises:
            AcmeError: the stream is products, of which Acme does not tell what was updated.
        """
        since = source_state.last_run.astimezone(UTC).isoformat().replace("+00:00", "Z")
        return self._page(pagination, updated_since=since)

    def _page(self, pagination: Pagination | None, **window: str) -> SourceIteration:
        match self.config.stream:
            case AcmeStreams.CUSTOMERS:
                return self.get_customers(pagination, **window)
            case AcmeStreams.ORDERS:
                return self.get_orders(pagination, **window)
            case AcmeStreams.PRODUCTS:
                if window:
                    raise AcmeError("products cannot be synced incrementally: use sync_mode: full_refresh")
                return self.get_products(pagination)

    def get_customers(self, pagination: Pagination | None = None, **window: str) -> SourceIteration:
        """A page of customers, by cursor. ``window`` are further parameters.

        Raises:
            AcmeError: the API says that there is more and not where, or where it was before.
        """
        cursor = pagination["cursor"] if pagination else None
        params = self._customer_filters() | {"page_size": self.config.page_size} | window
        page = self._get(self._url("/customers"), CustomersPage, params | ({"cursor": cursor} if cursor else {}))
        if not page.has_more:
            return self._iteration(page.results, {})
        if not page.next_cursor:
            raise AcmeError("customers: has_more is true, and there is no next_cursor")
        if page.next_cursor == cursor:
            raise AcmeError("customers: has_more is true, and next_cursor is the one just asked")
        return self._iteration(page.results, {"cursor": page.next_cursor})

    def get_orders(self, pagination: Pagination | None = None, **window: str) -> SourceIteration:
        """A page of orders, by offset. ``window`` are further parameters.

        Raises:
            AcmeError: a page in the middle is empty.
        """
        offset = pagination["offset"] if pagination else 0
        params = {"limit": self.config.page_size, "offset": offset} | window
        page = self._get(self._url("/orders"), OrdersPage, params)
        if page.data:  # by what arrived, not by what was asked: Acme may serve less
            return self._iteration(page.data, {"offset": offset + len(page.data)})
        if offset < page.total:
            raise AcmeError(f"orders: the page at offset {offset} is empty, although there are {page.total}")
        return self._iteration([], {})

    def get_products(self, pagination: Pagination | None = None) -> SourceIteration:
        """A page of products, by the URL that the page before gave.

        Raises:
            AcmeError: the next URL leads to another origin, to http, or back to the same page.
        """
        url = pagination["next"] if pagination else self._url("/products")
        self._refuse_strangers(url)
        page = self._get(url, ProductsPage, None if pagination else {"page_size": self.config.page_size})
        if not page.links.next:
            return self._iteration(page.items, {})
        onward = urljoin(url, page.links.next)
        if onward == url:
            raise AcmeError(f"products: the next URL of {urlsplit(url).path} is that page itself")
        self._refuse_strangers(onward)
        return self._iteration(page.items, {"next": onward})

    # -- one request

    def _get(self, url: str, shape: type[Answer], params: dict[str, Any] | None = None) -> Answer:
        """One checked answer. An oauth token that ended early is renewed once."""
        try:
            response = exchange(self.session, self.get_retry_policy(), "GET", url, params=params)
        except requests.HTTPError as error:
            match self.session.auth, error.response.status_code:
                case AcmeOAuth() as oauth, requests.codes.unauthorized:
                    oauth.forget(error.response.request)
                    response = exchange(self.session, self.get_retry_policy(), "GET", url, params=params)
                case _:
                    raise
        return read(response, shape)

    def _url(self, path: str) -> str:
        return self.config.base_url + path

    def _refuse_strangers(self, url: str) -> None:
        if not same_origin(url, self.config.base_url):
            raise AcmeError(f"products: the next URL leads to {origin(url)}, not to {origin(self.config.base_url)}")

    def _customer_filters(self) -> dict[str, Any]:
        filters = {"include_metadata": str(self.config.include_metadata).lower()}
        return filters | ({"ids": ",".join(self.config.customer_ids)} if self.config.customer_ids else {})

    def _iteration(self, page: list[Record], onward: Pagination) -> SourceIteration:
        records = [self._record(data, position) for position, data in enumerate(page)]
        return SourceIteration(next_pagination=onward, records=records)

    def _record(self, data: Record, position: int) -> SourceRecord:
        """A record under its id. ``position`` counts from 0 on its page."""
        key = checked(data, Key, f"{self.config.stream.value}: record {position} of the page")
        if key.updated_at is None:
            return SourceRecord(id=str(key.id), data=data)
        return SourceRecord(id=str(key.id), data=data, timestamp=key.updated_at)


def _expected(params: object, wanted: type[Params], kind: AuthType, names: str) -> Params:
    """``params`` as bizon's model of ``kind``; pydantic takes whichever of them fits, whatever the type says."""
    if not isinstance(params, wanted):
        raise AcmeError(f"authentication of type {kind.value} needs params: {names}")
    return params


def _in_header(authenticator: AbstractHeaderAuthenticator) -> AuthBase:
    if not all(is_header_text(value) for value in authenticator.get_auth_header().values()):
        raise AcmeError("authentication.params: the token cannot stand in a header (a line break, or no ASCII?)")
    return authenticator
