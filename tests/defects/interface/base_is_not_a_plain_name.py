"""bizon's discovery does not see the class: its base is written with its module."""

import tests.good.offset_requests as good

BREAKS = frozenset({"interface.discovery"})
MAY_BREAK = frozenset()
CONTRACT = good.CONTRACT


class Source(good.Source):
    pass
