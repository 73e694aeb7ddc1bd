"""Where in bizon's source each finding comes from: a file below `bizon/`, and what stands in the line.

The line is looked up in the installed bizon. What is not here has no known place.
"""

import importlib.util
from pathlib import Path

BIZON = Path(next(iter(importlib.util.find_spec("bizon").submodule_search_locations)))

SESSION = ("source/source.py", "return Session(retries=self.get_retry_policy())")
RETRIES = ("source/session.py", "total=20,")
TOKEN = ("source/auth/authenticators/token.py", "token: str = Field(")
OAUTH = "source/auth/authenticators/abstract_oauth.py"
CYCLE = "connectors/sources/cycle/src/source.py"
DUMMY = "connectors/sources/dummy/src"
GBIF = "connectors/sources/gbif/src/source.py"
GSHEETS = "connectors/sources/gsheets/src/source.py"
HUBSPOT = "connectors/sources/hubspot/src"
KAFKA = "connectors/sources/kafka/src/config.py"
POKEAPI = "connectors/sources/pokeapi/src/source.py"
SANA = "connectors/sources/sana_ai/src/source.py"

PLACES: dict[str, dict[str, tuple[str, str]]] = {
    "cycle": {
        "interface.config_class": (CYCLE, "raise NotImplementedError"),
        "interface.secret_fields": TOKEN,
        "pagination.opaque_cursor": (CYCLE, '.replace("PAGINATION_CURSOR"'),
        "pagination.stuck_cursor": (CYCLE, 'pagination_info if pagination_info.get("hasNextPage") else {}'),
        "records.charset": (CYCLE, "data = response.json()"),
        "records.hostile_json": (CYCLE, "data = response.json()"),
        "records.missing_id": (CYCLE, 'id=customer_data["id"]'),
        "retry.transient_status": RETRIES,
        "retry.network_faults": (CYCLE, "self.session.post("),
        "retry.retry_after_malformed": RETRIES,
        "retry.timeouts": SESSION,
        "auth.dispatch": (CYCLE, "authentication.type.value == AuthType.API_KEY"),
        "auth.unsupported_type": (CYCLE, "authentication.type.value == AuthType.API_KEY"),
        "auth.missing": (CYCLE, "authentication.type.value == AuthType.API_KEY"),
        "auth.wrong_params": (CYCLE, "AuthBuilder.token(params="),
        "connection.reports": (CYCLE, "return True, None"),
        "integrity.missing_records_key": (CYCLE, '.get("edges", [])'),
        "integrity.error_envelope": (CYCLE, '.get("edges", [])'),
        "integrity.reason": (CYCLE, '.get("edges", [])'),
        "integrity.wrong_shape": (CYCLE, "for customer in edges:"),
    },
    "dummy": {
        "interface.config_class": (f"{DUMMY}/fake_api.py", "raise NotImplementedError"),
        "interface.secret_fields": TOKEN,
    },
    "gbif": {
        "interface.bounds": (GBIF, "page_limit: int ="),
        "pagination.depth_cap": (GBIF, "next_offset < self._max_records"),
        "pagination.short_pages": (GBIF, "next_offset = offset + limit"),
        "pagination.total": (GBIF, 'return response.json().get("count")'),
        "records.charset": (GBIF, "data = response.json()"),
        "records.hostile_json": (GBIF, "data = response.json()"),
        "records.missing_id": (GBIF, 'f"{offset}_{i}"'),
        "retry.transient_status": RETRIES,
        "retry.network_faults": (GBIF, '"offset": offset}'),
        "retry.retry_after_malformed": RETRIES,
        "retry.timeouts": SESSION,
        "auth.unsupported_type": (GBIF, "return None"),
        "connection.reports": (GBIF, "response.raise_for_status()"),
        "integrity.missing_records_key": (GBIF, '.get("results", [])'),
        "integrity.error_envelope": (GBIF, '.get("results", [])'),
        "integrity.contradiction": (GBIF, "next_offset = offset + limit"),
    },
    "gsheets": {
        "interface.config_class": (GSHEETS, "class GsheetsSourceConfig"),
        "interface.secret_fields": (GSHEETS, "service_account_key: str"),
        "records.stable_ids": (GSHEETS, "id=uuid4().hex"),
        "records.payload": (GSHEETS, "all_records = worksheet.get_all_records()"),
        "records.charset": (GSHEETS, "all_records = worksheet.get_all_records()"),
        "records.hostile_json": (GSHEETS, "all_records = worksheet.get_all_records()"),
        "retry.transient_status": (GSHEETS, "gc = gspread.authorize(credentials)"),
        "retry.network_faults": (GSHEETS, "gc = gspread.authorize(credentials)"),
        "retry.client_errors": (GSHEETS, "gc = gspread.authorize(credentials)"),
        "retry.retry_after_malformed": (GSHEETS, "gc = gspread.authorize(credentials)"),
        "retry.timeouts": (GSHEETS, "gc = gspread.authorize(credentials)"),
        "retry.rate_limited_api": (GSHEETS, "gc = gspread.authorize(credentials)"),
        "auth.unsupported_type": (GSHEETS, "return None"),
        "auth.rejected": (GSHEETS, "gc = gspread.authorize(credentials)"),
        "connection.reports": (GSHEETS, "sh = gc.open_by_url("),
        "integrity.error_envelope": (GSHEETS, "all_records = worksheet.get_all_records()"),
        "integrity.reason": (GSHEETS, "worksheet_column_names = worksheet.row_values(1)"),
        "integrity.wrong_shape": (GSHEETS, "all_records = worksheet.get_all_records()"),
    },
    "hubspot": {
        "interface.config_class": (f"{HUBSPOT}/hubspot_objects.py", "class HubSpotSourceConfig"),
        "interface.secret_fields": TOKEN,
        "pagination.terminates": (f"{HUBSPOT}/hubspot_objects.py", 'return dict(), response["results"]'),
        "retry.network_faults": (f"{HUBSPOT}/hubspot_objects.py", "response = self.session.call("),
        "retry.gives_up": (f"{HUBSPOT}/hubspot_base.py", "total=50,"),
        "retry.timeouts": (f"{HUBSPOT}/hubspot_base.py", "session = Session()"),
        "auth.missing": (f"{HUBSPOT}/hubspot_base.py", "authentication.type.value == AuthType.OAUTH.value"),
        "auth.wrong_params": (f"{HUBSPOT}/hubspot_base.py", "token=self.config.authentication.params.token"),
        "connection.accepts": (f"{HUBSPOT}/hubspot_base.py", "objects, state = self.get()"),
        "security.logs": ("source/session.py", "for request body:"),
    },
    "hubspot_mended": {
        "interface.config_class": (f"{HUBSPOT}/hubspot_objects.py", "class HubSpotSourceConfig"),
        "interface.secret_fields": TOKEN,
        "pagination.empty_page_midway": (f"{HUBSPOT}/hubspot_objects.py", 'len(response.get("results", [])) == 0'),
        "pagination.stuck_cursor": (f"{HUBSPOT}/hubspot_objects.py", '"after": response["paging"]["next"]["after"]'),
        "pagination.total": (f"{HUBSPOT}/hubspot_objects.py", "search_response = self._request_api("),
        "records.charset": (f"{HUBSPOT}/hubspot_objects.py", "return response.json()"),
        "records.hostile_json": (f"{HUBSPOT}/hubspot_objects.py", "return response.json()"),
        "records.missing_id": (f"{HUBSPOT}/hubspot_objects.py", 'id=record["id"]'),
        "retry.network_faults": (f"{HUBSPOT}/hubspot_objects.py", "response = self.session.call("),
        "retry.retry_after_malformed": (f"{HUBSPOT}/hubspot_base.py", "status_forcelist=[429"),
        "retry.timeouts": (f"{HUBSPOT}/hubspot_base.py", "session = Session()"),
        "auth.missing": (f"{HUBSPOT}/hubspot_base.py", "authentication.type.value == AuthType.OAUTH.value"),
        "auth.wrong_params": (f"{HUBSPOT}/hubspot_base.py", "token=self.config.authentication.params.token"),
        "auth.token_response_variants": (OAUTH, "int(response_json[self.get_expires_in_name()])"),
        "auth.early_revocation": (OAUTH, "def __call__("),
        "auth.rotating_refresh_token": (OAUTH, "def refresh_access_token("),
        "integrity.missing_records_key": (f"{HUBSPOT}/hubspot_objects.py", 'len(response.get("results", [])) == 0'),
        "integrity.error_envelope": (f"{HUBSPOT}/hubspot_objects.py", 'len(response.get("results", [])) == 0'),
        "security.redirects": (OAUTH, "response = requests.request("),
        "security.downgrade": (OAUTH, "response = requests.request("),
        "security.logs": ("source/session.py", "for request body:"),
    },
    "kafka": {
        "interface.config_class": (KAFKA, "class KafkaSourceConfig"),
        "interface.secret_fields": ("source/auth/authenticators/basic.py", "password: str"),
    },
    "pokeapi": {
        "interface.dispatch": (POKEAPI, 'f"{BASE_URL}/{self.config.stream}"'),
        "connection.accepts": (POKEAPI, 'f"{BASE_URL}/{self.config.stream}"'),
        "connection.reports": (POKEAPI, "_ = self.session.get("),
        "retry.transient_status": RETRIES,
        "retry.network_faults": (POKEAPI, "response = self.session.get(url)"),
        "retry.timeouts": SESSION,
        "auth.unsupported_type": (POKEAPI, "return None"),
    },
    "pokeapi_mended": {
        "pagination.next_link": (POKEAPI, 'url = pagination.get("next")'),
        "pagination.stuck_cursor": (POKEAPI, 'next_pagination={"next": data.get("next")}'),
        "pagination.total": (POKEAPI, "response = self.session.get(self.url_entity)"),
        "records.charset": (POKEAPI, "data = response.json()"),
        "records.hostile_json": (POKEAPI, "data = response.json()"),
        "records.missing_id": (POKEAPI, 'id=record["name"]'),
        "connection.reports": (POKEAPI, "_ = self.session.get("),
        "retry.transient_status": RETRIES,
        "retry.network_faults": (POKEAPI, "response = self.session.get(url)"),
        "retry.retry_after_malformed": RETRIES,
        "retry.timeouts": SESSION,
        "auth.unsupported_type": (POKEAPI, "return None"),
        "integrity.error_envelope": (POKEAPI, 'for record in data["results"]'),
        "integrity.reason": (POKEAPI, 'for record in data["results"]'),
    },
    "sana_ai": {
        "interface.config_class": (SANA, "raise NotImplementedError"),
        "interface.secret_fields": ("source/auth/authenticators/oauth.py", "client_secret: str"),
        "records.charset": (SANA, 'content.decode("utf-8")'),
        "records.stable_ids": (SANA, "id=str(i)"),
        "retry.transient_status": RETRIES,
        "retry.network_faults": (SANA, "self.session.get(link)"),
        "retry.retry_after_malformed": RETRIES,
        "retry.timeouts": SESSION,
        "auth.unsupported_type": (SANA, "authentication.type.value == AuthType.OAUTH"),
        "auth.missing": (SANA, "authentication.type.value == AuthType.OAUTH"),
        "auth.wrong_params": (SANA, "AuthBuilder.oauth2("),
        "auth.token_response_variants": (OAUTH, "int(response_json[self.get_expires_in_name()])"),
        "connection.reports": (SANA, "return True, None"),
        "integrity.not_json": (SANA, "csv.DictReader("),
        "integrity.failed_job": (SANA, 'while status != "successful"'),
        "security.redirects": (OAUTH, "response = requests.request("),
        "security.downgrade": (OAUTH, "response = requests.request("),
        "security.file_hosts": (SANA, "self.session.get(link)"),
        "security.signed_links": (SANA, "Link for insight report job"),
    },
}


def place(connector: str, clause: str) -> str:
    """`bizon/…:line`, or that nobody knows.

    Raises:
        LookupError: the installed bizon has no such line.
    """
    if clause not in PLACES.get(connector, {}):
        return "unknown"
    file, text = PLACES[connector][clause]
    for number, line in enumerate((BIZON / file).read_text("utf-8").splitlines(), start=1):
        if text in line:
            return f"bizon/{file}:{number}"
    raise LookupError(f"{connector}, {clause}: no line of bizon/{file} holds {text!r}")
