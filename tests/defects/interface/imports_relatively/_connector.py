"""A neighbour is imported relatively: that works in a package, and not where bizon loads the file by its path."""

from tests.good.offset_requests import Source as Good

from ._names import CHECKED


class Source(Good):
    checked = CHECKED
