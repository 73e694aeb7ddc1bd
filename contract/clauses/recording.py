"""The recording itself: without secrets, and still true."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from contract.clauses._clause import chapter, clause
from contract.description.api import Stream
from contract.description.places import MISSING, look_up
from contract.errors import ContractError, NothingToJudge
from contract.messages import Headers, Response
from contract.results import Evidence, Severity
from contract.simulation.network import Runaway
from contract.trial import Trial, shown

if TYPE_CHECKING:  # they import bizon and vcrpy, which planning does without
    from pathlib import Path

    from contract.recording.cassette import Recording
    from contract.recording.played import Played

MUST, SHOULD = Severity.MUST, Severity.SHOULD
REPLAY = Evidence.REPLAY

RECORD_ANEW = "Record it anew: `bizon-contract record --again`."


@clause(
    MUST,
    REPLAY,
    cost="Recordings are committed: whoever can read the repository can use the API in the user's name.",
    fix="Revoke the secret, delete the file from the history, and record it anew with `bizon-contract record`.",
)
def clean(trial: Trial) -> None:
    """No secret of the config, plain or encoded, and nothing that goes by the name of one, in the cassette."""
    from contract.recording.disguise import held
    from contract.recording.scrub import without_named

    for path, recording in _recordings(trial):
        trial.expect(not held(path.read_text("utf-8"), trial.secrets), f"{path.name} holds a secret of the config")
        for number, each in enumerate(recording.interactions, start=1):
            texts = (each.request.url, each.request.body, each.response.body)
            for text in (text.decode("utf-8", "replace") if isinstance(text, bytes) else text for text in texts):
                trial.expect(
                    without_named(text) == text, f"exchange {number} of {path.name} holds a key, token or password"
                )
            for name in (*_secret_headers(each.request.headers), *_secret_headers(each.response.headers)):
                trial.fail(f"exchange {number} of {path.name} holds the header {name}")
            trial.judged(exchanges=1)


def _secret_headers(headers: Headers) -> Iterator[str]:
    from contract.recording.scrub import REDACTED, secret_header

    return (name for name, value in headers if secret_header(name) and REDACTED not in value)


@clause(
    SHOULD,
    REPLAY,
    cost="What is judged by the recording is judged by another connector than today's.",
    fix=RECORD_ANEW,
)
def all_played(trial: Trial) -> None:
    """Every recorded exchange is asked again by today's connector: none unplayed, none missing."""
    for path, recording in _recordings(trial):
        if recording.since is not None and not trial.subject.supports_incremental():
            continue
        played = _played(trial, path)
        if recording.since is not None and not played.sync.turns:
            continue  # it asks up to its own present time, which is another one each time
        # The first pages of a long stream are a recording as well: what comes behind them is not missing.
        behind = played.recorded.missed[-1:] if played.sync.turns and not played.whole else []
        missed = [each for each in played.recorded.missed if each not in behind]
        trial.expect(not missed, missed[0] if missed else "")
        unplayed = played.recorded.unplayed
        trial.expect(not unplayed, f"the connector does not ask any more: {unplayed[0]}" if unplayed else "")
        trial.judged(exchanges=len(played.calls))


@clause(
    SHOULD,
    REPLAY,
    cost="The simulated API is another one than the real one: what is judged by it says little.",
    fix="Compare the description with the recorded answer; `bizon-contract infer` drafts it anew.",
)
def agrees(trial: Trial) -> None:
    """The described API answers each recorded request in the recorded shape: the description is still true."""
    api = trial.contract.api
    trial.need(api and trial.stream_name in api.streams, "the API is not described: there is nothing to agree with")
    assert api is not None
    described = api.streams[trial.stream_name]
    for path, recording in _recordings(trial):
        answers = list(_pages(described, f"{api.root}{described.path}", recording))
        trial.expect(answers, f"nothing was recorded of {described.method} {described.path} in {path.name}")
        for number, answer in enumerate(answers, start=1):
            for wrong in _disagreements(described, answer, last=number == len(answers)):
                trial.fail(f"recorded page {number} of {path.name} {wrong}")
            trial.judged(pages=1)


def _pages(described: Stream, place: str, recording: Recording) -> Iterator[Response]:
    """The recorded answers of the stream's endpoint. One of GraphQL answers other questions as well."""
    for request, answer in ((each.request, each.response) for each in recording.interactions):
        asked = request.method == described.method and request.url.partition("?")[0] == place
        other = described.paging.style == "relay" and look_up(answer.json, described.records or ()) is MISSING
        if asked and answer.status < 300 and not other:
            yield answer


def _disagreements(described: Stream, answer: Response, *, last: bool) -> Iterator[str]:
    """What the description says of a page and the recorded one has not."""
    rows = _rows(described, answer)
    if not isinstance(rows, list):
        if not described.empty:
            yield f"has no records at {'.'.join(described.records or ())}"
        return
    where = {"total": described.total, "next": getattr(described.paging, "next", None)}
    for name, place in where.items():
        expected = place is not None and name not in described.optional and not (name == "next" and last)
        if expected and place is not None and place.found_in(answer) is MISSING:
            yield f"has no {name} at {place}"
    for number, record in enumerate(rows, start=1):
        if look_up(record, described.id) is MISSING and described.tombstone is None:
            yield f"holds a record without {'.'.join(described.id)}, its id (number {number})"


def _rows(described: Stream, answer: Response) -> Any:
    """What stands where the description has the records; a connection's are its nodes, or those of its edges."""
    found = answer.json if described.records is None else look_up(answer.json, described.records)
    if not isinstance(found, dict):
        return found
    if described.paging.style == "relay":
        edges = found.get("edges")
        return [edge.get("node") for edge in edges] if isinstance(edges, list) else found.get("nodes")
    return list(found.values()) if described.keyed else found


@clause(
    SHOULD,
    REPLAY,
    cost="The API has moved on, and the recording still says that all is well.",
    fix=RECORD_ANEW,
)
def age(trial: Trial) -> None:
    """The cassette is younger than its declared limit."""
    limit = trial.contract.cassettes_max_age
    trial.need(limit, "no limit is declared (`cassettes_max_age`, in days)")
    for path, recording in _recordings(trial):
        trial.need(recording.recorded_at, f"{path.name} does not say when it was recorded")
        assert recording.recorded_at is not None
        days = (dt.datetime.now(dt.UTC) - recording.recorded_at).days
        trial.expect(days <= (limit or 0), f"{path.name} is {days} days old, {limit} are allowed")
        trial.judged(cassettes=1)


def _recordings(trial: Trial) -> Iterator[tuple[Path, Recording]]:
    """The recording of the sync, and of an incremental run where there is one, with their files."""
    from contract.recording.cassette import load
    from contract.recording.layout import increment_of

    yield trial.cassette, load(trial.cassette)
    if (beside := increment_of(trial.cassette)).is_file():
        yield beside, load(beside)


def _played(trial: Trial, path: Path) -> Played:
    from contract.recording.played import play

    try:
        return play(trial.subject, trial.stream_name, path)
    except ContractError:
        raise
    except (Exception, Runaway) as error:
        raise NothingToJudge(f"the connector does not sync ({shown(error)}): other clauses tell why") from error


CHAPTER = chapter(__doc__, clean, all_played, agrees, age)
