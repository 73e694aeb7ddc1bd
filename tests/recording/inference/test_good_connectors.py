"""What an API does is read back from recordings of three pages, in every paging style."""

from __future__ import annotations

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from contract.description.api import Api
from contract.recording.inference.draft import draft
from contract.recording.inference.writing import text_of
from contract.recording.played import play
from tests.support.connectors import loaded
from tests.support.drawing import few
from tests.support.recorded import FILES, docket_of, record

KNOWN = ("path", "method", "records", "keyed", "id", "id_with", "total")
"""Parts of a stream that have to be read as they are described."""

OF_CHILDREN = ("path", "method", "parent", "records", "keyed", "id", "total", "embedded", "into")
"""The same of the lists that its records have."""


def drafted(docket, folder):
    return draft(
        docket.subject, [play(docket.subject, name, folder / f"{name}.yaml") for name in docket.contract.streams]
    )


def paging_of(stream, *, capped):
    """The paging of a stream without what its recording cannot show.

    What a wrong position comes to; and of a ``capped`` one, of which a sync does not see the last page, how that ends.
    """
    told = stream.paging.model_dump(mode="json")
    unseen = ("stale", "past_end", "end") if capped else ("stale", "past_end")
    return {key: value for key, value in told.items() if key not in unseen}


DRAFTED = [file for file in FILES if file.stem != "none_job"]
"""Without jobs that are polled: YAML cannot say them, and so infer cannot draft them."""


@pytest.mark.parametrize("file", DRAFTED, ids=lambda file: file.stem)
def test_a_description_is_read_back_from_its_recording(file, tmp_path):
    """The base URL with the paths, the records, their ids, the paging and its signals, the page size, the total; and it can be synced."""
    docket = docket_of(file)
    record(docket, tmp_path)
    made = drafted(docket, tmp_path)
    assert yaml.safe_load(text_of(made)) == {"api": made.values}
    described, found = docket.contract.api, Api.model_validate(made.values)
    for name, stream in described.streams.items():
        read = found.streams[name]
        assert found.root + read.path == described.root + stream.path
        for part in KNOWN[1:]:
            assert getattr(read, part) == getattr(stream, part) or part in (*stream.optional, *untold(stream)), part
        capped = stream.cap_is_end
        assert paging_of(read, capped=capped) == paging_of(stream, capped=capped) | (
            {"key": read.paging.model_dump(mode="json")["key"]} if read.paging.style == "keyset" else {}
        )
        if stream.page_size is not None:
            assert (read.page_size.send, read.page_size.option) == (stream.page_size.send, stream.page_size.option)
        assert any("`cap_is_end`" in question for question in made.questions) == capped
        assert read.children.keys() == stream.children.keys()
        for kind, children in stream.children.items():
            told = read.children[kind]
            assert {part: getattr(told, part) for part in OF_CHILDREN} == {
                part: getattr(children, part) for part in OF_CHILDREN
            }
            assert paging_of(told, capped=False) == paging_of(children, capped=False)
    assert {auth.type for auth in found.auth} <= {auth.type for auth in described.auth}
    again = docket_of(file, made.values)
    assert {name: again.baseline(name) for name in again.contract.streams} == dict.fromkeys(again.contract.streams)


def untold(stream):
    """What one answer does not tell: a total beside a single page, which may be of that page."""
    return ("total",) if stream.paging.style in ("none", "relay") else ()


@few(25)
@given(
    st.sampled_from([file for file in FILES if len(loaded(file).CONTRACT["api"]["streams"]) == 1]),
    st.integers(3, 5),
    st.integers(0, 2),
    st.sampled_from(
        [
            {},
            {"decoration": "a+b/c=d&e"},
            {"link_form": "host_relative"},
            {"link_extra": "sig=x%2By"},
            {"link_header": "among"},
        ]
    ),
)
def test_whatever_the_api_looks_like_it_is_read_back(tmp_path_factory, file, pages, short, manners):
    """More pages, fuller last ones, cursors with odd characters, links written otherwise: the draft can be synced."""
    docket, folder = docket_of(file), tmp_path_factory.mktemp("recorded")
    [described] = docket.contract.api.streams.values()
    if getattr(described.paging, "form", None) == "base_relative":
        manners.pop("link_form", None)  # such a link means another URL where it is read as one of another form
    record(docket, folder, pages, short=short, **manners)
    made = drafted(docket, folder)
    again = docket_of(file, made.values)
    [(name, stream)] = again.contract.api.streams.items()
    assert stream.paging.style == docket.contract.api.streams[name].paging.style
    assert again.baseline(name) is None
