"""The shapes of Acme's answers. What does not fit is an error, never an empty page."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict

Record = dict[str, Any]
"""One record as the API sent it."""


class _Answer(BaseModel):
    """Strict: Acme sends numbers as numbers; "3" or null in their place is not what it documents."""

    model_config = ConfigDict(strict=True, hide_input_in_errors=True)


class CustomersPage(_Answer):
    """`GET /customers`: cursor paging."""

    results: list[Record]
    has_more: bool
    next_cursor: str | None = None
    total: int | None = None


class OrdersPage(_Answer):
    """`GET /orders`: offset paging."""

    data: list[Record]
    total: int | None = None


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
