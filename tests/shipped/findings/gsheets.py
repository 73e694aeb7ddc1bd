"""The findings on bizon's Google Sheets source: `python -m tests.shipped.findings.gsheets`."""

import json
from collections.abc import Callable
from typing import Any
from unittest import mock

from bizon.connectors.sources.gsheets.src.source import GsheetsSource, GsheetsSourceConfig
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.shipped.findings._server import (
    BROKEN,
    MALFORMED,
    Answer,
    cut_short,
    in_turn,
    show,
    standing_in,
    stored,
    sync,
)

KEY = {"type": "api_key", "params": {"token": "made-up"}}
TOKEN: Answer = (200, {}, b'{"access_token": "made-up", "expires_in": 3599}')
SHEETS: Answer = (200, {}, b'{"sheets": [{"properties": {"title": "T", "sheetId": 0}}], "properties": {}}')
REFUSED: Answer = (401, {}, b'{"error": {"code": 401, "message": "no", "status": "UNAUTHENTICATED"}}')
LATIN = {"Content-Type": "application/json; charset=iso-8859-1"}
HEAD = ("name", "phone")


def cells(*rows: tuple[Any, ...], **more: Any) -> Answer:
    """A range below its columns."""
    body = {"range": "T", "majorDimension": "ROWS", "values": [HEAD, *rows]} | more
    return 200, {}, json.dumps(body, ensure_ascii=False).encode()


def sheet(*rows: Answer, token: Answer = TOKEN, sheets: Answer = SHEETS) -> Callable[[str], Answer]:
    """A spreadsheet, and what its cells are answered with, in turn."""
    told = in_turn(*rows)
    steps = {"/token": token, "/s?includeGridData=false": sheets, "/s/values/%27T%27%21A1%3A1": cells()}
    return lambda path: steps[path] if path in steps else told(path)


def throwaway() -> str:
    made = rsa.generate_private_key(65537, 2048)
    form = serialization.PrivateFormat.PKCS8
    return made.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption()).decode()


def main() -> None:
    with (
        standing_in() as hosts,
        mock.patch.multiple(
            "gspread.http_client", SPREADSHEET_URL=f"{hosts.api}/%s", SPREADSHEET_VALUES_URL=f"{hosts.api}/%s/values/%s"
        ),
    ):
        account = {"client_email": "a@b.c", "token_uri": f"{hosts.api}/token", "private_key": throwaway()}

        def gsheets(**options: Any) -> Any:
            options = {"name": "gsheets", "stream": "worksheet", "worksheet_name": "T"} | options
            url = "https://docs.google.com/spreadsheets/d/s/edit"
            return GsheetsSource(
                GsheetsSourceConfig(spreadsheet_url=url, service_account_key=json.dumps(account), **options)
            )

        def data() -> list[str]:
            return stored(gsheets().get({}).records)

        one = cells(("Ada", "0471234567"))
        show(
            "interface.config_class: a stream that there is not is read",
            lambda: stored(gsheets(stream="no_such_stream").get({}).records),
            sheet(one),
        )
        show(
            "interface.secret_fields: printing the config shows the private key",
            lambda: f"it is in the text: {'BEGIN PRIVATE KEY' in str(gsheets().config)}",
            sheet(one),
        )
        show(
            "records.stable_ids: ids are random",
            lambda: f"one row, read twice, has {len({*sync(gsheets()), *sync(gsheets())})} ids",
            sheet(one),
        )
        show(
            "records.payload: a phone number loses its zero, and the name Nan is lost",
            data,
            sheet(cells(("Nan", "0471234567"))),
        )
        show("records.charset: a wrong charset makes mojibake", data, sheet((200, LATIN, cells(("Zoë", "1"))[2])))
        show("records.hostile_json: NaN becomes null", data, sheet(cells(("Ada", float("nan")))))
        show("retry.transient_status: one 500 is not retried", data, sheet(BROKEN, one))
        show("retry.network_faults: a body cut short is not asked again", data, sheet(cut_short(one[2]), one))
        show("retry.rate_limited_api: a 429 ends the sync", data, sheet((429, {"Retry-After": "1"}, b"{}"), one))
        show("retry.retry_after_malformed: a 429 ends the sync", data, sheet(MALFORMED, one))
        show("retry.client_errors: a 401 is asked again twice, each time with a new token", data, sheet(REFUSED))
        show(
            "retry.timeouts: no timeout",
            lambda: f"timeout {gsheets().get_gspread_client().http_client.timeout}",
            sheet(one),
        )
        show(
            "auth.unsupported_type: credentials are ignored",
            lambda: f"auth {gsheets(authentication=KEY).session.auth}",
            sheet(one),
        )
        show(
            "auth.rejected: the check asks three times where it is refused",
            lambda: gsheets().check_connection(),
            sheet(one, sheets=REFUSED),
        )
        show(
            "connection.reports: a check without a token raises",
            lambda: gsheets().check_connection(),
            sheet(one, token=(401, {}, b'{"error": "invalid_grant"}')),
        )
        show("integrity.error_envelope: 200 with an error beside no rows is the end", data, sheet(cells(error="quota")))
        show(
            "integrity.reason: what the API says of an error is lost",
            data,
            sheet((200, {}, b'{"error": {"message": "no such sheet"}}')),
        )
        show(
            "integrity.wrong_shape: an object where the rows should be is the end",
            data,
            sheet((200, {}, b'{"range": "T", "majorDimension": "ROWS", "values": {}}')),
        )


if __name__ == "__main__":
    main()
