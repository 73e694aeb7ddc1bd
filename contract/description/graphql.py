"""What a GraphQL request says: the arguments of its fields, whether they are inlined or given as variables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from contract.messages import Request

if TYPE_CHECKING:
    from graphql.language import FieldNode


class QueryError(ValueError):
    """A request whose query is no GraphQL, or that has none."""


def arguments_of(request: Request, wanted: str) -> dict[str, Any]:
    """The arguments of the first field of ``request`` that has one named ``wanted``; {} where no field has it.

    A null is taken for no argument (https://spec.graphql.org/October2021/#sec-Null-Value: for a cursor both mean that
    there is none).

    Raises:
        QueryError: the body holds no query that can be read.
    """
    from graphql.utilities import value_from_ast_untyped

    body = request.json if isinstance(request.json, dict) else {}
    variables = body.get("variables")
    known = variables if isinstance(variables, Mapping) else {}
    for field in _fields(body.get("query")):
        given = {each.name.value: value_from_ast_untyped(each.value, dict(known)) for each in field.arguments or ()}
        if wanted in given:
            return {name: value for name, value in given.items() if value is not None and _is_given(value)}
    return {}


def arguments_for(request: Request, name: str) -> dict[str, Any]:
    """Every argument of the first field of ``request`` that is called ``name``; {} where there is none.

    Raises:
        QueryError: the body holds no query that can be read.
    """
    from graphql.utilities import value_from_ast_untyped

    body = request.json if isinstance(request.json, dict) else {}
    variables = body.get("variables")
    known = dict(variables) if isinstance(variables, Mapping) else {}
    field = next((each for each in _fields(body.get("query")) if each.name.value == name), None)
    given = (
        {each.name.value: value_from_ast_untyped(each.value, known) for each in field.arguments or ()} if field else {}
    )
    return {key: value for key, value in given.items() if value is not None and _is_given(value)}


def _is_given(value: Any) -> bool:
    from graphql.pyutils import Undefined

    return value is not Undefined


def problem_with(request: Request, field: str) -> str | None:
    """Why ``request`` is no GraphQL query for ``field``; None where it is one."""
    body = request.json if isinstance(request.json, dict) else {}
    try:
        asked = [each.name.value for each in _fields(body.get("query"))]
    except QueryError as error:
        return str(error)
    return None if field in asked else f"the query asks for {', '.join(asked) or 'nothing'}, not for {field}"


def _fields(query: Any) -> tuple[FieldNode, ...]:
    if not isinstance(query, str):
        raise QueryError("the body has no `query` that is text")
    return _parsed(query)


@lru_cache(maxsize=256)
def _parsed(query: str) -> tuple[FieldNode, ...]:
    from graphql.error import GraphQLSyntaxError
    from graphql.language import parse

    try:
        return tuple(_inside(parse(query, no_location=True)))
    except (GraphQLSyntaxError, RecursionError) as error:
        raise QueryError(str(error).splitlines()[0]) from None


def _inside(document: Any) -> Iterator[FieldNode]:
    """Every field of the document, outermost first."""
    from graphql.language import FieldNode

    level = [document]
    while level:
        found = [each.selection_set for each in level if getattr(each, "selection_set", None)]
        found += [definition for each in level for definition in getattr(each, "definitions", ())]
        found += [selection for each in level for selection in getattr(each, "selections", ())]
        yield from (each for each in found if isinstance(each, FieldNode))
        level = found
