"""The fixture `cassette`: a recording in place of the simulated world, in people's own tests."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import contract.judge
import contract.recording.replay
import contract.subject.building  # noqa: F401 - sessions in this process share what is loaded

ACME = Path(__file__).parents[2] / "acme_connector"
CASSETTES = ACME.parent / "cassettes" / "acme"

CONTRACT = """\
source: acme_connector.source:AcmeSource
config:
  name: acme
  authentication: {type: api_key, params: {token: another-token}}
  page_size: 10
"""


@pytest.fixture(autouse=True)
def project(pytester: pytest.Pytester) -> None:
    """A project whose tests have a contract without `api:` at hand, and the recordings of Acme."""
    pytester.makeini("[pytest]\naddopts = -p no:randomly -p no:benchmark\n")
    shutil.copytree(CASSETTES, pytester.path / "cassettes")
    (pytester.path / "contract.yml").write_text(f"{CONTRACT}cassettes: cassettes\n")


def test_a_recording_takes_the_place_of_the_world(pytester: pytest.Pytester) -> None:
    """`source` is answered from the recording of its stream, retries included, and `clock` waited for them."""
    pytester.makepyfile(
        """
        import pytest

        @pytest.fixture
        def contract_stream():
            return "orders"

        def test_a_sync(cassette, source, clock):
            assert source.check_connection() == (True, None)
            assert source.get_total_records_count() == 28
            pagination, found = {}, []
            while True:
                page = source.get(pagination)
                found += [record.data["id"] for record in page.records]
                pagination = page.next_pagination
                if not pagination:
                    break
            assert found == list(range(1001, 1029))
            assert cassette.all_played
            assert clock.slept[0] == 7
        """
    )
    pytester.runpytest_inprocess().assert_outcomes(passed=1)


def test_the_first_stream_is_taken(pytester: pytest.Pytester) -> None:
    """Without `api:` the class names the streams; each test begins at the beginning of the recording."""
    pytester.makepyfile(
        """
        import pytest

        @pytest.mark.parametrize("again", range(2))
        def test_own(source, cassette, again):
            assert source.config.stream == "customers"
            assert source.get_total_records_count() == 26
            assert cassette.play_count == 1
        """
    )
    pytester.runpytest_inprocess().assert_outcomes(passed=2)


def test_what_was_not_recorded_is_not_asked(pytester: pytest.Pytester) -> None:
    """A request that the recording does not hold fails; it goes nowhere."""
    pytester.makepyfile(
        """
        import pytest
        from vcr.errors import CannotOverwriteExistingCassetteException

        def test_own(cassette, source):
            with pytest.raises(CannotOverwriteExistingCassetteException):
                source.get({"cursor": "elsewhere"})
        """
    )
    pytester.runpytest_inprocess().assert_outcomes(passed=1)


def test_a_folder_is_needed(pytester: pytest.Pytester) -> None:
    """Without `cassettes:` the test is skipped, and says what to write."""
    (pytester.path / "contract.yml").write_text(CONTRACT)
    pytester.makepyfile("def test_own(cassette): pass")
    result = pytester.runpytest_inprocess("-rs")
    result.assert_outcomes(skipped=1)
    result.stdout.fnmatch_lines(["*contract.yml has no `cassettes:`: name the folder of its recordings*"])


def test_vcrpy_is_needed(pytester: pytest.Pytester) -> None:
    """Without vcrpy the test is skipped, and says how to install it."""
    pytester.makeconftest("import sys; sys.modules['vcr'] = None")
    pytester.makepyfile("def test_own(cassette, source): pass")
    result = pytester.runpytest_subprocess("-rs")
    result.assert_outcomes(skipped=1)
    result.stdout.fnmatch_lines(["*vcrpy is not installed: pip install 'bizon-contract?record?'*"])


def test_a_missing_recording_is_an_error(pytester: pytest.Pytester) -> None:
    """A stream without a recording errs, with what is there."""
    (pytester.path / "cassettes" / "customers.yaml").rename(pytester.path / "cassettes" / "customer.yaml")
    pytester.makepyfile("def test_own(cassette): pass")
    result = pytester.runpytest_inprocess()
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*customers.yaml: no such cassette; did you mean customer.yaml?*"])


@pytest.mark.parametrize("other", ["world", "api"])
def test_a_test_has_one_world(pytester: pytest.Pytester, other: str) -> None:
    """A recording and the simulated API in one test are refused: both would answer."""
    pytester.makepyfile(f"def test_own(cassette, {other}): pass\ndef test_other({other}, cassette): pass")
    (pytester.path / "contract.yml").write_text(
        (ACME / "contract.yml").read_text().replace("source.py:", "acme_connector.source:").replace("../", "")
    )
    result = pytester.runpytest_inprocess()
    result.assert_outcomes(errors=2)
    result.stdout.fnmatch_lines(["*a test takes one of them*"])
