"""A GraphQL connection whose nodes hold connections of their own: each has a cursor, and is read to its end by the id of its node."""

from typing import Any

from bizon.source.models import SourceIteration

from tests.good._shared import rows_of
from tests.good.relay_variables import CONTRACT as FLAT
from tests.good.relay_variables import QUERIES, stream
from tests.good.relay_variables import Source as Flat

ORDERS = QUERIES["orders"].replace(
    "updatedAt", "updatedAt lines(first: 3) { nodes { id } pageInfo { hasNextPage endCursor } }"
)
LINES = """query Lines($order: ID!, $cursor: String) {
  order(id: $order) { lines(first: 3, after: $cursor) { nodes { id } pageInfo { hasNextPage endCursor } } }
}"""


class Source(Flat):
    query = ORDERS

    @staticmethod
    def streams() -> list[str]:
        return ["orders"]

    def get(self, pagination: dict | None = None) -> SourceIteration:
        page = super().get(pagination)
        for record in page.records:
            record.data["lines"] = self.lines(record.id, record.data["lines"])
        return page

    def lines(self, order: str, first: dict[str, Any]) -> list[Any]:
        found, info = rows_of(first, "nodes"), first["pageInfo"]
        while info["hasNextPage"]:
            body = self.ask(LINES, order=order, cursor=info["endCursor"])
            found += rows_of(body, "data", "order", "lines", "nodes")
            asked, info = info, body["data"]["order"]["lines"]["pageInfo"]
            if info["endCursor"] == asked["endCursor"]:
                raise ValueError(f"lines of {order}: the next cursor is the one just asked")
        return found


CHILDREN = {
    "path": "/graphql",
    "method": "POST",
    "parent": "argument:id",
    "records": "data.order.lines",
    "paging": {"style": "relay", "nodes": "nodes"},
    "page_size": {"send": "argument:first", "max": 100},
    "embedded": "lines",
    "into": "lines",
}
CONTRACT = FLAT | {"api": FLAT["api"] | {"streams": {"orders": stream("orders") | {"children": {"lines": CHILDREN}}}}}
