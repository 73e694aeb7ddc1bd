"""The shapes of Acme's answers. What does not fit is an error, never an empty page."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

Record = dict[str, Any]
"""One record as the API sent it."""


class _Answer(BaseModel):
    """Strict: Acme sends numbers as numbers; "3" or null in their place is not what it documents."""

    model_config = ConfigDict(strict=True, hide_input_in_errors=True)


def _moment(text: object) -> datetime:
    moment = datetime.fromisoformat(str(text))
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


class Key(_Answer):
    """What the connector reads of a record itself; the record is passed on whole."""

    id: Annotated[str, Field(min_length=1)] | int
    updated_at: Annotated[datetime, BeforeValidator(_moment)] | None = None
    """UTC where it does not name its zone."""


class CustomersPage(_Answer):
    """`GET /customers`: cursor paging."""

    results: list[Record]
    has_more: bool
    next_cursor: str | None = None
    total: int | None = None


class OrdersPage(_Answer):
    """`GET /orders`: offset paging."""

    data: list[Record]
    total: int


class Links(_Answer):
    """Where a page of products goes on."""

    next: str | None


class ProductsPage(_Answer):
    """`GET /products`: URL paging."""

    items: list[Record]
    links: Links


class Me(_Answer):
    """`GET /me`: whom the credentials belong to."""

    id: str | int
