"""The models of contract.yml: what they refuse, and what they say about themselves."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from contract.description.api import Api, PageSize, Stream
from contract.description.auth import ApiKey
from contract.description.base import Part
from contract.description.connector import Contract
from contract.description.places import Place


def parts(root: type[BaseModel] = Part) -> list[type[BaseModel]]:
    """Every model of contract.yml."""
    return [each for part in root.__subclasses__() for each in (part, *parts(part))]


@pytest.mark.parametrize("part", parts(), ids=lambda part: part.__name__)
def test_parts_are_closed_and_frozen(part: type[BaseModel]) -> None:
    """No part takes a key that it does not know, or changes after it was read."""
    assert part.model_config["extra"] == "forbid"
    assert part.model_config["frozen"] is True
    assert part.__doc__


def test_contracts_are_built_in_python_too() -> None:
    """The same models take Python values."""
    contract = Contract.model_validate(
        {
            "source": "a.b:C",
            "config": {},
            "api": {"base_url": "https://a.b/v1/", "streams": {"x": {"path": "/x", "paging": {"style": "none"}}}},
        }
    )

    assert contract.name == "C"
    assert contract.streams == ("x",)
    assert contract.api is not None
    assert contract.api.root == "https://a.b/v1"
    assert contract.api.origins == ("https://a.b:443",)
    assert Contract(source="a.b:C", config={}).streams == ()


def test_an_api_key_is_sent_in_a_header_by_default() -> None:
    """The default place of an API key is a place like any that is written."""
    assert ApiKey(type="api_key", token="t").send == Place("header", ("X-API-Key",))


def stream(**changes: Any) -> Stream:
    """A stream with offset paging, changed."""
    return Stream.model_validate(
        {"path": "/x", "records": "data", "paging": {"style": "offset", "send": "o"}} | changes
    )


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"paging": {"style": "page", "send": "p"}}, "page paging needs `page_size`"),
        ({"paging": {"style": "offset", "send": "body.o", "link": "next"}}, "`link` needs a position in the query"),
        ({"paging": {"style": "none"}, "page_size": {"send": "n"}}, "says nothing with `style: none`"),
        ({"records": None, "total": "total"}, "nothing else can be in the body"),
        ({"optional": ["total"]}, "no place of it is given"),
        ({"cap_is_end": True}, "`cap_is_end` needs `depth_cap`"),
        ({"id_with": ["b"], "keyed": True}, "have one id each"),
        (
            {"records": None, "incremental": {"send": "s", "field": "f", "complete_until": "until"}},
            "has no room for body.until",
        ),
        ({"filters": {"a": {"send": "a"}}}, "give `match`"),
        ({"incremental": {"field": "f"}}, "say where the lower bound is sent"),
        (
            {"incremental": {"send": "s", "sort": "o", "field": "f", "order": "ascending"}},
            "say where the lower bound is sent",
        ),
        ({"incremental": {"sort": "o", "field": "f"}}, "`sort` asks for an `order`"),
        ({"incremental": {"send": "s", "field": "f", "window_limit": 9}}, "`window_limit` needs `until`"),
        (
            {
                "paging": {"style": "keyset", "send": "k"},
                "incremental": {"send": "s", "field": "f", "order": "ascending"},
            },
            "in the order of its key",
        ),
    ],
)
def test_contradictions_are_refused(changes: dict[str, Any], said: str) -> None:
    """A stream that cannot be as described is refused with what is missing."""
    with pytest.raises(ValidationError, match=said):
        stream(**changes)


@pytest.mark.parametrize(
    ("record", "is_schema"),
    [(None, False), ({"id": 1}, False), ({"properties": {}}, True), ({"$ref": "#"}, True), ({"properties": 3}, False)],
)
def test_a_schema_is_told_from_an_example(record: dict[str, Any] | None, is_schema: bool) -> None:
    """A record is a JSON Schema where it has a schema's keys, else an example."""
    assert (stream(record=record).schema_of_record is not None) is is_schema


def test_page_sizes_are_in_order() -> None:
    """The least is not above the most."""
    with pytest.raises(ValidationError, match="`min` 5 is above `max` 4"):
        PageSize.model_validate({"send": "n", "min": 5, "default": 5, "max": 4})


def test_a_token_endpoint_of_its_own_host_is_an_origin() -> None:
    """Every described host may be asked."""
    oauth = {"type": "oauth", "token_url": "https://login.b/t", "client_id": "i", "client_secret": "s"}
    api = Api.model_validate({"base_url": "https://a.b", "auth": [oauth], "streams": {"x": stream()}})

    assert api.origins == ("https://a.b:443", "https://login.b:443")


@pytest.mark.parametrize(
    ("changes", "shown", "quantum"),
    [
        ({}, None, 1_000),
        ({}, 9, 1_000),
        ({}, 0, 1_000_000_000),
        ({"resolution": "millisecond"}, None, 1_000_000),
        ({"resolution": "millisecond"}, 0, 1_000_000),
        ({"resolution": "second"}, 3, 1_000_000_000),
        ({"format": "epoch"}, None, 1_000_000_000),
        ({"format": "epoch_ms"}, None, 1_000_000),
        ({"format": "epoch_ms", "resolution": "second"}, None, 1_000_000_000),
        ({"format": "date"}, None, 1_000),
    ],
)
def test_times_are_as_fine_as_resolution_and_form_allow(
    changes: dict[str, Any], shown: int | None, quantum: int
) -> None:
    """Without a resolution the example tells; a whole number of seconds holds no fraction, whatever the resolution."""
    described = stream(incremental={"send": "s", "field": "f"} | changes).incremental

    assert described is not None
    assert described.quantum(shown) == quantum


def test_ids_are_those_of_a_described_stream() -> None:
    """An option that lists ids of nothing is refused."""
    with pytest.raises(ValidationError, match=r"streams\.x\.id_options\.form_ids: there is no stream `forms`"):
        Api.model_validate({"base_url": "https://a.b", "streams": {"x": stream(id_options={"form_ids": "forms"})}})
