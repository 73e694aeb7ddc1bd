"""The version is said once, and the changelog knows it."""

import re
from pathlib import Path

import contract


def test_the_changelog_begins_with_this_version():
    """The newest release in CHANGELOG.md is the version of the package."""
    text = (Path(__file__).parents[2] / "CHANGELOG.md").read_text("utf-8")
    newest = re.search(r"^## \[(\d[^\]]*)\]", text, re.MULTILINE)
    assert newest is not None
    assert newest[1] == contract.__version__
