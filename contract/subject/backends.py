"""Where bizon's engine keeps its state: sqlite, or a Postgres that the environment names."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from sqlalchemy import Engine, create_engine, make_url, text
from sqlalchemy.exc import SQLAlchemyError

from contract.errors import UsageError
from contract.interrupts import uninterrupted

VARIABLE = "BIZON_CONTRACT_POSTGRES"
"""The environment variable that names a Postgres: `postgresql://user:password@host:port/database`."""


@contextmanager
def configured() -> Iterator[dict[str, Any] | None]:
    """bizon's configuration of the backend that the environment names; None for sqlite.

    Raises:
        UsageError: it names one that does not answer.
    """
    url = os.environ.get(VARIABLE)
    if not url:
        yield None
        return
    with postgres(url) as backend:
        yield backend


@contextmanager
def postgres(url: str) -> Iterator[dict[str, Any]]:
    """bizon's configuration of a schema of its own in the Postgres at ``url``, which is removed afterwards.

    Raises:
        UsageError: it does not answer, or refuses a schema.
    """
    schema = f"bizon_contract_{uuid.uuid4().hex[:12]}"
    with ExitStack() as stack:
        with uninterrupted():
            engine = _with_schema(url, schema)
            stack.callback(_remove, engine, schema)
        named = engine.url
        yield {
            "type": "postgres",
            "config": {
                "host": named.host or "127.0.0.1",
                "port": named.port or 5432,
                "username": named.username or "postgres",
                "password": named.password or "",
                # bizon's tables are created where the connection looks first, not in `schema`.
                "database": f"{named.database}?options=-csearch_path%3D{schema}",
                "schema": schema,
            },
        }


def _with_schema(url: str, schema: str) -> Engine:
    try:
        named = make_url(url).set(drivername="postgresql+psycopg2")
        engine = create_engine(named, connect_args={"connect_timeout": 3})
        with engine.begin() as connection:
            connection.execute(text(f"CREATE SCHEMA {schema}"))
    except ImportError as error:
        raise UsageError(f"{VARIABLE}: psycopg2 is missing: `pip install bizon[postgres]`") from error
    except SQLAlchemyError as error:
        raise UsageError(f"{VARIABLE}: no Postgres can be used there: {type(error).__name__}") from error
    return engine


def _remove(engine: Engine, schema: str) -> None:
    with uninterrupted():
        with engine.begin() as connection:
            connection.execute(text(f"DROP SCHEMA {schema} CASCADE"))
        engine.dispose()
