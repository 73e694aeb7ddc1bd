"""Everything that a connector says is heard, and nothing of it is printed."""

from __future__ import annotations

import io
import logging
import sys
import threading
import warnings
from collections.abc import Iterator

import pytest
from loguru import logger

from contract.subject.observing import observe


@pytest.fixture
def printed() -> Iterator[io.StringIO]:
    """What a loguru sink of the user's writes."""
    stream = io.StringIO()
    number = logger.add(stream, format="{message}", level="INFO")
    yield stream
    logger.remove(number)


def test_loguru_is_heard_at_every_level() -> None:
    """Also below the level of every sink that there is."""
    with observe() as heard:
        logger.trace("a trace")
        logger.debug("{} of {}", 1, 2)
        logger.success("done")
    assert [(line.name, line.text) for line in heard.lines] == [
        ("TRACE", "a trace"),
        ("DEBUG", "1 of 2"),
        ("SUCCESS", "done"),
    ]


def test_logging_is_heard_whatever_a_logger_is_set_to() -> None:
    """A logger's level, and propagation switched off, hide nothing."""
    quiet = logging.getLogger("test_observing.quiet")
    quiet.setLevel(logging.CRITICAL)
    quiet.propagate = False
    with observe() as heard:
        quiet.debug("asked %s", "https://api.acme.com")
        logging.getLogger("urllib3.connectionpool").debug("GET /")
    assert [(line.logger, line.text) for line in heard.lines] == [
        ("test_observing.quiet", "asked https://api.acme.com"),
        ("urllib3.connectionpool", "GET /"),
    ]


def test_warnings_are_heard_and_do_not_raise() -> None:
    """Also where the tests of the user turn warnings into errors."""
    with observe() as heard:
        warnings.warn("this type is not supported", stacklevel=1)
    assert heard.warned()
    assert heard.warnings()[0].text == "UserWarning: this type is not supported"


def test_what_python_hides_from_users_has_not_warned() -> None:
    """A deprecation in a library is no word to the user."""
    with observe() as heard:
        warnings.warn("use the other one", DeprecationWarning, stacklevel=1)
    assert heard.lines
    assert not heard.warned()


@pytest.mark.parametrize(("level", "expected"), [("info", False), ("warning", True), ("error", True)])
def test_warned_means_warning_or_above(level: str, expected: bool) -> None:
    """In either of the two loggers."""
    with observe() as by_loguru:
        getattr(logger, level)("well")
    with observe() as by_logging:
        getattr(logging.getLogger("acme"), level)("well")
    assert (by_loguru.warned(), by_logging.warned()) == (expected, expected)


def test_exceptions_are_heard_with_their_traceback() -> None:
    """What logger.exception adds to the message is said as well."""
    with observe() as heard:
        try:
            raise ValueError("token-1234 is wrong")
        except ValueError:
            logger.exception("loguru")
            logging.getLogger("acme").exception("logging")
    assert len(heard.contains(["token-1234"])) == 2


def test_bound_values_are_heard() -> None:
    """What is bound to a logger reaches structured sinks."""
    with observe() as heard:
        logger.bind(token="token-1234").info("bound")
    assert heard.contains(["token-1234"])


def test_a_message_whose_arguments_do_not_fit_stops_nobody() -> None:
    """It is heard as it was given, as logging itself would print it."""
    with observe() as heard:
        logging.getLogger("acme").info("%d pages", "many")
    assert heard.lines[0].text == "%d pages ('many',)"


def test_secrets_are_searched_in_every_form() -> None:
    """Each hit names the line and how the secret is written there."""
    with observe() as heard:
        logger.info("nothing here")
        logger.debug("asked /?key=to%2Fken-1234")
    ((line, leak),) = heard.contains(["to/ken-1234"])
    assert (line.text, leak) == ("asked /?key=to%2Fken-1234", ("to/ken-1234", "URL-encoded"))


def test_the_users_sinks_are_mute_inside_and_whole_afterwards(printed: io.StringIO) -> None:
    """Thousands of syncs print nothing; the sink goes on as before."""
    logger.info("before")
    with observe():
        logger.info("inside")
    logger.info("after")
    logger.debug("below its level")
    assert printed.getvalue() == "before\nafter\n"


def test_handlers_of_logging_are_mute_inside(capsys: pytest.CaptureFixture[str]) -> None:
    """Handlers of the root and of a logger alike."""
    talker = logging.getLogger("test_observing.talker")
    handler = logging.StreamHandler(sys.stderr)
    talker.addHandler(handler)
    try:
        with observe():
            talker.error("inside")
        talker.error("after")
    finally:
        talker.removeHandler(handler)
    assert capsys.readouterr().err.splitlines().count("inside") == 0


def test_everything_is_put_back() -> None:
    """Also after an exception."""
    core = logger._core  # type: ignore[attr-defined]
    parts = lambda: (  # noqa: E731
        dict(core.handlers),
        core.min_level,
        logging.Logger.callHandlers,
        logging.Logger.isEnabledFor,
        warnings.showwarning,
        list(warnings.filters),
    )
    before = parts()
    with pytest.raises(ZeroDivisionError), observe():
        _ = 1 / 0
    assert parts() == before


def test_a_connector_that_removes_all_sinks_is_still_heard(printed: io.StringIO) -> None:
    """`logger.remove()`, which bizon's own runner calls, ends nothing."""
    core = logger._core  # type: ignore[attr-defined]
    kept, level = core.handlers, core.min_level
    try:
        with observe() as heard:
            logger.remove()
            number = logger.add(io.StringIO())
            logger.info("still here")
            logger.remove(number)
        assert [line.text for line in heard.lines] == ["still here"]
        assert core.handlers == {}
    finally:
        core.handlers, core.min_level = kept, level
    assert printed.getvalue() == ""


def test_a_sink_added_inside_stays() -> None:
    """It is the connector's own, and works after the observation too."""
    stream = io.StringIO()
    with observe():
        number = logger.add(stream, format="{message}")
    logger.info("after")
    logger.remove(number)
    assert stream.getvalue() == "after\n"


def test_observations_nest_and_overlap() -> None:
    """Each hears what is said while it lasts; the last one to end puts everything back."""
    with observe() as outer:
        logger.info("one")
        with observe() as inner:
            logger.info("two")
        logger.info("three")
    assert [line.text for line in outer.lines] == ["one", "two", "three"]
    assert [line.text for line in inner.lines] == ["two"]


def test_other_threads_are_heard() -> None:
    """A connector may fetch its pages in threads of its own."""
    with observe() as heard:
        threads = [threading.Thread(target=logger.info, args=("page {}", number)) for number in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert sorted(line.text for line in heard.lines) == [f"page {number}" for number in range(8)]


def test_the_machinery_is_not_heard() -> None:
    """What runs the connector is not its doing."""
    with observe() as heard:
        logging.getLogger("vcr.cassette").info("Appending request")
    assert heard.lines == []


def test_an_observation_hears_from_its_level_on() -> None:
    """Below the level that somebody listens to nothing is even worded; each of two hears at its own."""

    class Costly:
        def __str__(self) -> str:
            raise AssertionError("worded")

    quiet, aside = logging.getLogger("quiet"), logging.getLogger("aside")
    with observe(logging.WARNING) as loud:
        quiet.info("%s", Costly())
        logger.debug("{}", Costly())
        assert not quiet.isEnabledFor(logging.INFO)
        with observe() as everything:
            aside.debug("by logging")
            logger.debug("by loguru")
            aside.warning("beware")
        aside.info("after it")
        logger.info("after it")
    assert [line.text for line in everything.lines] == ["by logging", "by loguru", "beware"]
    assert [line.text for line in loud.lines] == ["beware"]
