"""Periscope's charts: of one dashboard, in windows of fifty rows, until a window is empty."""

import contract

A_WINDOW = 2
"""Charts in a window."""


@contract.handles("GET /login_state/dashboards", serves=("dashboards",))
def dashboards(visit: contract.Visit):
    """All of them, and for a sync of charts those that have one: threads ask for them in any order."""
    busy = [name for name in visit.ids("dashboards") if visit.share("charts", of="dashboards", parent=name)]
    page = visit.page("dashboards", among=busy if visit.api.focus == "charts" else None)
    return visit.answer({"Dashboard": page.rows}, page=page)


@contract.handles("GET /welcome/remaining_widgets", serves="charts")
def window(visit: contract.Visit):
    """The charts that stand in fifty rows of a dashboard."""
    [dashboard] = visit.request.query["current_dashboard"]
    [row] = visit.request.query["minimum_dashboard_fluid_row"]
    first = int(row) // 50 * A_WINDOW
    charts = visit.share("charts", of="dashboards", parent=dashboard)
    page = visit.page("charts", among=charts[first : first + A_WINDOW])
    return visit.answer({"Widget": page.rows, "TextBox": []}, page=page)
