"""A tracker on Strawberry's Relay connections: `python tracker.py KEY CERTIFICATE` serves it."""

import sys
from collections.abc import Iterable

import strawberry
import uvicorn
from strawberry import relay
from strawberry.asgi import GraphQL

KEY, CERTIFICATE = sys.argv[1:]


@strawberry.type
class Issue(relay.Node):
    key: relay.NodeID[int]
    title: str
    points: float | None
    labels: list[str]


ISSUES = [
    Issue(key=number, title=f"Größe {number}", points=number / 4 if number % 3 else None, labels=["bug"][: number % 2])
    for number in range(1, 26)
]


@strawberry.type
class Query:
    @relay.connection(relay.ListConnection[Issue])
    def issues(self) -> Iterable[Issue]:
        """All of them, as they are numbered."""
        return ISSUES


if __name__ == "__main__":
    app = GraphQL(strawberry.Schema(Query))
    uvicorn.run(app, host="127.0.0.1", port=0, ssl_keyfile=KEY, ssl_certfile=CERTIFICATE, lifespan="off")
