"""Google Sheets: a service account's token, the worksheets of a spreadsheet, and the cells of one."""

import contract

COLUMNS = ("id", "name", "phone")


@contract.handles("POST https://oauth2.googleapis.com/token", token=True)
def token(visit: contract.Visit):
    """A token for an assertion."""
    return visit.answer({"access_token": "acme-test-token", "expires_in": 3599, "token_type": "Bearer"})


@contract.handles("GET /{spreadsheet}")
def worksheets(visit: contract.Visit):
    """What is in a spreadsheet, without its cells."""
    if visit.named["spreadsheet"] != "acme-sheet":
        visit.refuse(404, "Requested entity was not found.")
    sheet = {"sheetId": 0, "title": "Learners", "index": 0, "gridProperties": {"rowCount": 1000, "columnCount": 26}}
    return visit.answer(
        {"spreadsheetId": "acme-sheet", "properties": {"title": "Acme"}, "sheets": [{"properties": sheet}]}
    )


@contract.handles("GET /acme-sheet/values/{sheet}%21A1%3A1")
def first_row(visit: contract.Visit):
    """The names of the columns."""
    return visit.answer(values(visit, [columns(visit.page("worksheet").rows)]))


@contract.handles("GET /acme-sheet/values/{sheet}", serves="worksheet")
def cells(visit: contract.Visit):
    """All rows, below the names of the columns."""
    page = visit.page("worksheet")
    names = columns(page.rows)
    rows = [[str(row.get(name, "")) for name in names] for row in page.rows]
    return visit.answer(values(visit, [names, *rows]), page=page)


def columns(rows):
    """Those that the worksheet always has, and what else the records hold."""
    return list(dict.fromkeys([*COLUMNS, *(name for row in rows for name in row)]))


def values(visit, rows):
    """A range, without the empty cells at the end of its rows."""
    for row in rows:
        while row and not row[-1]:
            row.pop()
    return {"range": visit.named["sheet"], "majorDimension": "ROWS", "values": rows}
