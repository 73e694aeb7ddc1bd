"""The class is what bizon takes for a source: it can be found, configured, built and called."""

from __future__ import annotations

from glob import glob
from typing import Any
from urllib.parse import urlsplit

from contract.clauses._clause import chapter, clause
from contract.errors import SubjectLoadError
from contract.results import Evidence, Severity
from contract.strategies import Domain, once
from contract.subject.leaks import find_secrets
from contract.trial import Trial, shown

MUST, SHOULD = Severity.MUST, Severity.SHOULD
API, DRAFT, REPLAY, LIVE, CLASS = Evidence.API, Evidence.DRAFT, Evidence.REPLAY, Evidence.LIVE, Evidence.CLASS

ONE_WORLD = Domain(once.enumerate)


@clause(
    MUST,
    CLASS,
    needs_sync=False,
    cost="bizon cannot start the connector, or starting it already touches the API.",
    fix="Implement every abstract method; build clients in __init__, ask nothing before check_connection() or get().",
)
def instantiates(trial: Trial) -> None:
    """A concrete AbstractSource: it can be built from its config for every stream; all abstract methods are there; building it with `init_pipeline: false` sends nothing."""
    missing = sorted(getattr(trial.subject.source_class, "__abstractmethods__", ()))
    trial.expect(not missing, f"{trial.subject.source_class.__name__} lacks {', '.join(missing)}")
    try:
        trial.build()
    except Exception as error:
        trial.fail(f"building the source for {trial.stream_name} raised {shown(error)}")
    asked = [f"{call.request.method} {call.request.url}" for call in trial.calls()]
    trial.expect(not asked, f"building the source asked {', '.join(asked)}")
    trial.judged(sources=1)


@clause(
    MUST,
    CLASS,
    per="connector",
    needs_sync=False,
    cost="bizon lists streams that cannot be synced, or hides some that can.",
    fix="`return [stream.value for stream in Streams]`, in a static method.",
)
def streams(trial: Trial) -> None:
    """`streams()` works on the class (no instance), returns a non-empty list of distinct str, and equals the Enum of the config's `stream` field in both directions where that field is an Enum."""
    try:
        named = trial.subject.source_class.streams()
    except Exception as error:
        trial.fail(f"streams() on the class raised {shown(error)}")
    trial.expect(isinstance(named, list) and named, f"streams() returned {named!r}, not a list of names")
    trial.expect(all(isinstance(name, str) for name in named), f"streams() returned {named!r}; every name is a str")
    trial.expect(len(set(named)) == len(named), f"streams() names a stream twice: {named}")
    known = trial.subject.stream_enum()
    if known is not None:
        values = [member.value for member in known]
        only_here, only_there = sorted(set(named) - set(values)), sorted(set(values) - set(named))
        trial.expect(not only_here, f"streams() names {', '.join(only_here)}, which {known.__name__} does not know")
        trial.expect(not only_there, f"{known.__name__} knows {', '.join(only_there)}, which streams() does not name")
    trial.judged(streams=len(named))


@clause(
    MUST,
    CLASS,
    needs_sync=False,
    cost="A valid config is refused, or a misspelt stream is only noticed by the API.",
    fix="Type the config's `stream` as an Enum of the known streams.",
)
def config_class(trial: Trial) -> None:
    """`get_config_class()` works on the class and returns a SourceConfig subclass; every stream validates; an unknown stream is refused with an error that lists the known ones (by the config, or else by `get()`, before anything is sent)."""
    try:
        found = trial.subject.source_class.get_config_class()
    except Exception as error:
        trial.fail(f"get_config_class() on the class raised {shown(error)}")
    trial.expect(
        trial.subject.is_config_class(found), f"get_config_class() returned {found!r}, not a SourceConfig subclass"
    )
    try:
        trial.subject.config_for(trial.stream_name)
    except SubjectLoadError as error:
        trial.fail(f"the config does not validate for the stream {trial.stream_name}: {error}")
    unknown = "no_such_stream"
    try:
        trial.subject.config_for(unknown)
        source = trial.subject.build(unknown)
        raised = trial.turn(source, {}).error
    except Exception as error:
        raised = error
    asked = [f"{call.request.method} {call.request.path}" for call in trial.calls()]
    trial.expect(raised is not None and not asked, f"the unknown stream {unknown!r} was accepted{_and_asked(asked)}")
    known = trial.subject.streams()
    trial.expect(
        all(name in str(raised) for name in known),
        f"the unknown stream {unknown!r} raised {shown(raised)}, which does not list the known ones ({', '.join(known)})",
    )
    trial.judged(streams=1)


@clause(
    MUST,
    API,
    REPLAY,
    LIVE,
    over=ONE_WORLD,
    needs_sync=False,
    cost="The stream cannot be synced at all.",
    fix="Return SourceIteration(next_pagination=…, records=[…]); put `stream.value` into paths, not the Enum member.",
)
def dispatch(trial: Trial) -> None:
    """`get()` answers every stream with a SourceIteration (not a tuple, dict or None), and asks the path of that stream (an f-string of a `str` Enum puts `Streams.X` into the URL on Python 3.11 and newer)."""
    source = trial.source()
    turn = trial.turn(source, {})
    lists = trial.calls("sync", "list")
    astray = (
        [call for call in lists if trial.world.api.endpoint(call.request).stream != trial.stream_name] if lists else []
    )
    for call in astray[:1]:
        trial.fail(
            f"the stream {trial.stream_name} is at {trial.stream.path}, the connector asks {call.request.method} "
            f"{urlsplit(call.request.url).path}"
        )
    trial.expect(turn.error is None, f"get({{}}) raised {shown(turn.error)}")
    trial.need("JSON" not in (turn.problem or ""), "a pagination is not JSON: see pagination.json_safe")
    trial.expect(turn.problem is None, f"get({{}}) {turn.problem}")
    trial.expect(lists or trial.evidence is LIVE, f"get({{}}) did not ask {trial.stream.path if lists else 'the API'}")
    trial.judged(calls=1)


@clause(
    MUST,
    CLASS,
    per="connector",
    needs_sync=False,
    cost="`bizon run` does not find the connector: it works in its author's tests only.",
    fix="Write `class X(AbstractSource)` with the plain name, import absolutely, and make every class in the file importable.",
)
def discovery(trial: Trial) -> None:
    """bizon's own discovery finds the class and its streams, also through `source_file_path` (a relative import breaks there)."""
    from contract.subject.discovery import discover  # imports bizon, which planning does without

    found = discover(trial.contract.source, trial.folder)
    trial.expect(found.problem is None, f"{found.problem}")
    trial.judged(streams=len(found.streams))


@clause(
    MUST,
    CLASS,
    per="connector",
    needs_sync=False,
    cost="Whoever copies the example gets an error.",
    fix="Run `bizon config validate` on every example.",
)
def example_configs(trial: Trial) -> None:
    """Every example YAML next to the connector passes bizon's own config validation (placeholders allowed) and names an existing stream."""
    from contract.subject.discovery import validate_example  # imports bizon, which planning does without

    pattern = trial.contract.examples or ""
    trial.need(pattern, "no examples are named: `examples: config/*.example.yml`")
    found = glob(pattern, root_dir=trial.folder, recursive=True)  # noqa: PTH207 - Path.glob takes none that is absolute
    files = sorted(trial.folder / name for name in found)
    trial.need(files, f"no file matches examples: {pattern}")
    for file in files:
        example = validate_example(file)
        trial.expect(not example.problems, f"{file.name}: {'; '.join(example.problems)}")
        known = trial.subject.streams()
        trial.expect(
            example.stream in known, f"{file.name} names the stream {example.stream!r}; there are {', '.join(known)}"
        )
        wrong = trial.subject.refuses(example.source)
        trial.expect(wrong is None, f"{file.name}: the connector's own config class refuses it: {wrong}")
        trial.judged(files=1)


@clause(
    SHOULD,
    API,
    DRAFT,
    over=ONE_WORLD,
    cost="A base URL with or without a slash at its end, or behind a proxy's path, asks endpoints that do not exist.",
    fix='`base_url.rstrip("/") + path`; urljoin drops the last segment of a base without a trailing slash.',
)
def base_url_forms(trial: Trial) -> None:
    """Base URLs with and without a trailing slash or path prefix reach the same endpoints, where the base URL is an option."""
    api = trial.world.api.described
    trial.need(trial.subject.has_option(api.option), f"the base URL is no option of the connector ({api.option})")
    origin = api.root.removesuffix(urlsplit(api.root).path)
    for form in (api.root, f"{api.root}/", f"{origin}/proxy/v9", f"{origin}/proxy/v9/"):
        refused = _refusal(trial, **{api.option: form})
        trial.expect(
            refused is None or form != api.root,
            f"{api.option}: {form} is where the API lives, and is refused: {refused}",
        )
        if refused is not None:
            continue  # a connector may insist on hosts and paths that it knows
        before = len(trial.calls("sync"))
        trial.turn(trial.source(**{api.option: form}), {})
        asked = [call for call in trial.calls("sync")[before:] if call.position.kind != "token"]
        trial.need(asked, "get({}) asks nothing")
        wanted = form.rstrip("/") + trial.stream.path
        came = asked[0].request.url.partition("?")[0]
        trial.expect(came == wanted, f"with {api.option}: {form} it asks {came}, it should ask {wanted}")
        trial.judged(forms=1)


@clause(
    SHOULD,
    CLASS,
    needs_sync=False,
    cost="A token ends up in a log, a ticket or a terminal.",
    fix="Keep secrets out of repr: `Field(repr=False)`, SecretStr, or a __repr__ of your own.",
)
def secret_fields(trial: Trial) -> None:
    """Printing the config or the source does not show a secret."""
    source = trial.source()
    secrets = trial.secrets
    trial.need(secrets, "the config holds no secret")
    for what, thing in (("the config", source.config), ("the source", source)):
        for how, text in (("str", str(thing)), ("repr", repr(thing))):
            trial.expect(
                not find_secrets(text, secrets), f"{how}() of {what} shows a secret: {_around_secret(trial.mask(text))}"
            )
            trial.judged(texts=1)


@clause(
    SHOULD,
    CLASS,
    needs_sync=False,
    cost="A value that the API refuses is accepted, and the first sync fails, or skips rows where the API caps it silently.",
    fix="`page_size: int = Field(100, ge=1, le=250)`.",
)
def bounds(trial: Trial) -> None:
    """Numeric options that the API limits (page size) are bounded in the config class, and out-of-range values are refused with a clear error."""
    stream = trial.contract.api.streams.get(trial.stream_name) if trial.contract.api else None
    described = stream.page_size if stream else None
    trial.need(described and described.option, "the description names no option that the API limits (page_size.option)")
    assert described is not None
    option = described.option or ""
    trial.need(trial.subject.has_option(option), f"the config class has no option {option!r}")
    least = max(described.min, 1)  # a page of nothing may be asked, but no sync gets on by it
    beyond = [] if described.over == "serve" else [described.max + 1]
    for value in (least - 1, *beyond):  # some connectors cap what is too large themselves
        error = _refusal(trial, **{option: value})
        trial.expect(error is not None, f"{option}: {value} is accepted; pages hold {least} to {described.max} records")
        trial.expect(
            option in str(error), f"{option}: {value} is refused with {shown(error)}, which does not name the option"
        )
        trial.judged(values=1)


def _around_secret(text: str) -> str:
    """The neighbourhood of the first masked secret."""
    at = text.find("***")
    return f"…{text[max(0, at - 40) : at + 20]}…"


def _refusal(trial: Trial, **options: Any) -> BaseException | None:
    try:
        trial.subject.config_for(trial.stream_name, **options)
    except SubjectLoadError as error:
        return error
    return None


def _and_asked(asked: list[str]) -> str:
    return f", and {', '.join(asked)} was asked" if asked else ""


CHAPTER = chapter(
    __doc__,
    instantiates,
    streams,
    config_class,
    dispatch,
    discovery,
    example_configs,
    base_url_forms,
    secret_fields,
    bounds,
)
