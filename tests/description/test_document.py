"""contract.yml is found, read, and refused with file, line, key and remedy."""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contract.description.connector import Contract
from contract.description.document import Document, find, json_schema, read
from contract.description.paging import Cursor
from contract.errors import DocumentError

MINIMAL = "source: source.py:AcmeSource\nconfig: {name: acme}\n"


def written(folder: Path, text: str | bytes, name: str = "contract.yml") -> Path:
    """A file with ``text``."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def refusal(path: Path) -> list[str]:
    """What is said about the file at ``path``, without the folder."""
    with pytest.raises(DocumentError) as caught:
        read(path)
    return str(caught.value).replace(f"{path.parent}{os.sep}", "").splitlines()


def stream(text: str) -> str:
    """A contract with one stream, whose own lines begin at line 7."""
    lines = "".join(f"      {line}\n" for line in text.splitlines())
    return f"{MINIMAL}api:\n  base_url: https://api.acme.com\n  streams:\n    orders:\n{lines}"


OFFSET = "path: /orders\nrecords: data\npaging: {style: offset, send: offset}\n"


def test_the_reference_contract_is_read_whole(tmp_path: Path, acme: str) -> None:
    """Every key of the reference contract arrives in the model."""
    contract = read(written(tmp_path, acme)).contract

    assert contract.name == "acme"
    assert contract.streams == ("customers", "orders", "products")
    assert contract.api is not None
    assert isinstance(contract.api.streams["customers"].paging, Cursor)
    assert [auth.type for auth in contract.api.auth] == ["bearer", "basic", "oauth"]
    assert contract.expected_failures["auth.unsupported_type"].until == dt.date(2027, 3, 1)
    assert contract.not_applicable == {"pagination.live_changes[orders]": "offset paging cannot promise it"}


def test_paths_of_a_document_are_relative_to_its_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The folder of a document stays right when the current folder changes."""
    written(tmp_path, MINIMAL)
    monkeypatch.chdir(tmp_path)

    assert read(Path("contract.yml")).folder == tmp_path


def test_a_document_knows_the_line_of_a_key(tmp_path: Path) -> None:
    """A later message about a key can name its line, or that of what is around it."""
    path = written(tmp_path, MINIMAL + "not_applicable:\n  a.b: none\n")
    document = read(path)

    assert document.where("not_applicable", "a.b") == f"{path}:4"
    assert document.where("not_applicable", "gone") == f"{path}:3"
    assert Document(path, document.contract).where("config") == str(path)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("config: {name: x}", ["contract.yml:1: source: the key is missing; write it: `path/to/source.py:Class`"]),
        (MINIMAL + "exmples: a", ["contract.yml:3: exmples: no such key; did you mean `examples`? known here: source,"]),
        (MINIMAL + "base_url: a", ["contract.yml:3: base_url: no such key; it belongs inside `api`; known here:"]),
        (MINIMAL + "config: {}", ["contract.yml:3: config: the key is here twice (line 2, too); take one out"]),
        (MINIMAL + "no: 1", ["contract.yml:3: YAML reads the key `no` as a boolean (yes, no, on and off are"]),
        (MINIMAL + "1: 1", ["contract.yml:3: YAML reads the key `1` as a number; put it in quotes"]),
        (MINIMAL + "? [a]\n: 1", ["contract.yml:3: a list or mapping stands where a key should be; a key is text"]),
        (MINIMAL + "examples: 12", ["contract.yml:3: examples: `12` stands where text should be; put it in quotes"]),
        (MINIMAL + "examples: no", ["contract.yml:3: examples: `no` is read as `false` by YAML; put it in quotes"]),
        (MINIMAL + "examples: [a]", ["contract.yml:3: examples: a list stands where text should be; write text: a glob"]),
        (MINIMAL + "api:\n  base_url: x\n  streams: {}", [
            "contract.yml:4: api.base_url: `x` does not have the right form; write it in this form: absolute; paths",
            "contract.yml:5: api.streams: it is empty; write at least one: by bizon's name of the stream",
        ]),
        (MINIMAL + "not_applicable:\n  a.b:", ['contract.yml:4: not_applicable."a.b": nothing stands behind the key;']),
        (MINIMAL + "not_applicable: x", ["contract.yml:3: not_applicable: `x` stands where a mapping should be; write"]),
        (MINIMAL + "expected_failures:\n  a: {reason: '', until: 2027-3-1}", [
            "contract.yml:4: expected_failures.a.reason: the text is empty; write it: why",
            "contract.yml:4: expected_failures.a.until: `2027-3-1` is no date; write it like `2027-03-01`",
        ]),
        ("source: source.py\nconfig:", [
            "contract.yml:1: source: `source.py` does not have the right form; write it in this form: `path/to",
            "contract.yml:2: config: nothing stands behind the key; write `key: value` lines, or `{}` for none",
        ]),
        ("source: a.py:B\nconfig: !!set {a}", ["contract.yml:2: config: the tag `!!set` is not understood; write plain"]),
        ("source: a.py:B\nconfig: {a: .inf}", ["contract.yml:2: config.a: `.inf` is no number that JSON can say;"]),
        ("source: a.py:B\nconfig: {a: 0b_}", ["contract.yml:2: config.a: `0b_` is no int; text needs quotes here"]),
        ("source: a.py:B\nconfig: {<<: 1}", ["contract.yml:2: config.<<: `<<` takes in mappings only; give it an alias"]),
        ('source: a.py:B\nconfig: {a: "\\ud800"}', ["contract.yml:2: config.a: the text holds half of a character"]),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_with_line_key_and_remedy(tmp_path: Path, text: str, said: list[str]) -> None:
    """Each problem is one line: file, line, key, what is wrong, what would be right."""
    lines = refusal(written(tmp_path, text))

    assert len(lines) == len(said), lines
    for line, expected in zip(lines, said, strict=True):
        assert line.startswith(expected)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        (("style: offset", "style: ofset"), "paging.style: `ofset` is not understood here; did you mean `offset`? write"),
        (("style: offset", "style: no"), "paging.style: `no` is not understood here; did you mean `none`? write"),
        (("style: offset, ", ""), "paging.style: the key is missing; write `cursor`, `offset`, `page`,"),
        (("send: offset", "sent: offset"), "paging.send: the key is missing; write it: where the number of skipped"),
        (("path: /orders", "path: orders"), "path: `orders` does not have the right form; write it in this form: a path"),
        (("records: data", "records: a..b"), "records: `a..b` has an empty key; a key that holds a dot"),
        (("records: data", "method: PUT"), "method: `PUT` is not understood here; write `GET` or `POST`"),
        (("records: data", "public: 'yes'"), "public: `yes` is neither true nor false; write `true` or `false`"),
        (("records: data", "optional: more"), "optional: `more` stands where a list should be; write `[…]`, or lines"),
        (("records: data", "optional: [more]"), "`optional` names `more`, but no place of it is given; say where"),
        (("records: data", "page_size: 10"), "page_size: `10` stands where a mapping should be; write a mapping of"),
        (("records: data", "page_size: {send: n, max: '9'}"), "page_size.max: `9` is no whole number; write one, without"),
        (("records: data", "page_size: {send: n, max: yes}"), "page_size.max: `yes` is no whole number; write one: the"),
        (("records: data", "page_size: {send: n, max: 0}"), "page_size.max: `0` is out of bounds; write at least 1"),
        (("records: data", "page_size: {send: n, default: 1, min: 5}"), "page_size: `default` 1 is below `min` 5; raise"),
    ],
)  # fmt: skip
def test_wrong_values_of_a_stream_are_named(tmp_path: Path, changed: tuple[str, str], said: str) -> None:
    """What is wrong inside a stream is told at its key, without the names that unions have inside the models."""
    text = stream(OFFSET.replace(*changed))

    assert any(
        f"api.streams.orders{'' if said[0] == '`' else '.'}" in line and said in line
        for line in refusal(written(tmp_path, text))
    )


def test_all_problems_are_told_at_once_in_the_order_of_the_lines(tmp_path: Path) -> None:
    """Nobody has to mend a file error by error."""
    lines = refusal(written(tmp_path, "confg: {}\nsource: 3\nfoo: bar\nexamples: {}\n"))

    numbers = [int(line.split(":")[1]) for line in lines]
    assert numbers == sorted(numbers)
    assert len(lines) == 5


def test_a_flood_of_problems_is_cut(tmp_path: Path) -> None:
    """A file that is something else altogether does not fill the screen."""
    lines = refusal(written(tmp_path, MINIMAL + "".join(f"k{number}: 1\n" for number in range(100))))

    assert len(lines) == 41
    assert lines[-1] == "contract.yml: and 60 more problems"


def test_secrets_are_not_repeated(tmp_path: Path) -> None:
    """A token that is refused does not appear in the message."""
    api = "api: {base_url: 'https://a.b', auth: [{type: bearer, token: 4711}], streams: {a: {path: /a, paging: {style: none}}}}"
    lines = refusal(written(tmp_path, MINIMAL + api))

    assert lines == ["contract.yml:3: api.auth[0].token: a number stands where text should be; put it in quotes"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "contract.yml:1: the file is empty; it needs at least `source` and `config`"),
        ("# nothing\n", "contract.yml:1: the file is empty; it needs at least `source` and `config`"),
        ("- a\n", "contract.yml:1: a list stands where a mapping should be; write a mapping of `source`,"),
        ("a: b: c", "contract.yml:1: this is not YAML that can be read: mapping values are not allowed here;"),
        ("a:\n\tb: 1", "contract.yml:2: this is not YAML that can be read: while scanning for the next token found"),
        ("a: 'b", "contract.yml:1: this is not YAML that can be read: while scanning a quoted scalar found"),
        ("a: *b", "contract.yml:1: this is not YAML that can be read: found undefined alias 'b'; an anchor"),
        ("a: 1\n---\nb: 2", "contract.yml:2: this is not YAML that can be read: expected a single document"),
        ("a: \0", "contract.yml:1: this is not YAML that can be read: character U+0000: special characters"),
        ('a: "\\U99999999"', "contract.yml:1: this is not YAML that can be read: a value cannot be read"),
        (b"a: b\nc: \xff", "contract.yml:2: not UTF-8 (byte 0xFF); save the file as UTF-8"),
        ("a: &a [*a]", "contract.yml:1: this is not YAML that can be read: an alias stands inside what it is an alias"),
        ("a: " + "[" * 90_000, "contract.yml:1: this is not YAML that can be read: values are nested too deeply;"),
        ("a: " + "[" * 70 + "]" * 70, "contract.yml:1: this is not YAML that can be read: values are nested too deeply;"),
        ("a: " + "x" * 300_000, "contract.yml: larger than 256 KiB; recorded data belongs into `cassettes`"),
    ],
)  # fmt: skip
def test_what_is_no_contract_at_all_is_refused(tmp_path: Path, text: str | bytes, said: str) -> None:
    """Any file ends in a message, never in a traceback."""
    lines = refusal(written(tmp_path, text))

    assert lines[0].startswith(said), lines


@pytest.mark.parametrize("more", ["*{0}, *{0}", "<<"])
def test_aliases_that_multiply_are_refused(tmp_path: Path, more: str) -> None:
    """A few lines of aliases that come to billions of values are refused at once."""
    text = "a0: &a0 {k: 1}\n"
    for number in range(1, 40):
        old = f"a{number - 1}"
        inside = f"{{<<: [*{old}, *{old}], k{number}: 1}}" if more == "<<" else f"[{more.format(old)}]"
        text += f"a{number}: &a{number} {inside}\n"

    assert "the file comes to more than" in refusal(written(tmp_path, text))[0]


def test_aliases_and_merges_are_understood(tmp_path: Path) -> None:
    """Streams that have much in common may share it with an anchor; their own keys win."""
    common = "path: &path /orders\nrecords: data\npaging: {style: none}\n"
    text = stream(common).replace("orders:", "orders: &orders", 1) + "    refunds: {<<: *orders, path: /refunds}\n"
    contract = read(written(tmp_path, text)).contract

    assert contract.api is not None
    assert contract.api.streams["refunds"].path == "/refunds"
    assert contract.api.streams["refunds"].records == ("data",)


def test_text_that_yaml_takes_for_something_else_stays_text(tmp_path: Path) -> None:
    """Dates, `=` and `end: null` mean what their authors meant."""
    text = stream(
        'path: /orders\nrecords: data\nrecord: {created: 2024-01-01, emoji: "\\ud83d\\ude00"}\n'
        "paging: {style: cursor, send: c, next: n, end: null}\nfilters: {a: {send: a, match: id, separator: =}}\n"
    )
    contract = read(written(tmp_path, text)).contract

    assert contract.api is not None
    orders = contract.api.streams["orders"]
    assert orders.record == {"created": "2024-01-01", "emoji": "😀"}
    assert isinstance(orders.paging, Cursor)
    assert orders.paging.end == "null"
    assert orders.filters["a"].separator == "="


def test_a_byte_order_mark_is_no_hindrance(tmp_path: Path) -> None:
    """Editors on Windows write one."""
    assert read(written(tmp_path, b"\xef\xbb\xbf" + MINIMAL.encode())).contract.name == "acme"


def test_a_folder_stands_for_the_contract_in_it(tmp_path: Path) -> None:
    """A folder is read through its contract.yml; without one, the candidates are named."""
    folder = written(tmp_path, MINIMAL, "a/contract.yml").parent
    assert read(folder).path == folder / "contract.yml"

    written(tmp_path, MINIMAL, "b/x.contract.yml")
    assert refusal(tmp_path / "b") == ["b: a folder without a contract.yml; name one of x.contract.yml"]


def test_a_missing_file_is_refused_with_its_neighbour(tmp_path: Path) -> None:
    """A typo in a path is answered with the file that is there."""
    written(tmp_path, MINIMAL)

    (line,) = refusal(tmp_path / "contrat.yml")
    assert line.startswith("contrat.yml: no such file; did you mean ")
    assert line.endswith("contract.yml?")


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    """What is no regular file is refused, not read until its end, which may never come."""
    os.mkfifo(tmp_path / "contract.yml")

    assert refusal(tmp_path / "contract.yml")[0].startswith("contract.yml: not a regular file;")


def test_contracts_are_found_below_a_folder(tmp_path: Path) -> None:
    """A folder is searched, without hidden folders and other people's packages; each file is found once."""
    kept = [written(tmp_path, MINIMAL, name) for name in ("a/b/contract.yml", "a/x.contract.yml")]
    written(tmp_path, "", "env/pyvenv.cfg")
    for name in (".venv/contract.yml", "node_modules/contract.yml", "env/lib/contract.yml", "a/other.yml"):
        written(tmp_path, MINIMAL, name)

    assert sorted(find([tmp_path, kept[0]])) == sorted(kept)


def test_finding_nothing_is_an_error_with_a_remedy(tmp_path: Path) -> None:
    """An empty search never counts as success."""
    with pytest.raises(DocumentError, match=r"no contract\.yml and no \*\.contract\.yml in this folder or below; name"):
        find([tmp_path])
    written(tmp_path, MINIMAL, "contract.yaml")
    with pytest.raises(DocumentError, match=r"rename .*contract\.yaml to contract\.yml"):
        find([tmp_path])


def test_the_schema_accepts_what_is_read(acme: str) -> None:
    """Editors see no error in the reference contract, and see each in a wrong one."""
    schema = json_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    value = yaml.load(acme, Loader=yaml.BaseLoader)
    for page_size in (each["page_size"] for each in value["api"]["streams"].values()):
        page_size["max"] = int(page_size["max"])
    value["api"]["auth"][2]["expires_in"] = 3600

    assert list(validator.iter_errors(value)) == []
    assert not validator.is_valid(value | {"confg": 1})
    assert not validator.is_valid(value | {"source": "x"})


def test_the_schema_describes_its_keys() -> None:
    """Every key has a description for the editor to show, or one of its parts has."""
    silent = [
        f"{name}.{key}"
        for name, model in {**json_schema()["$defs"], "Contract": json_schema()}.items()
        for key, value in model["properties"].items()
        if "description" not in value and key not in {"type", "style"}
    ]

    assert silent == []


yaml_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.dates(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8) | st.integers(), inner, max_size=3),
    max_leaves=12,
)
FUZZ = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])


def judged(folder: Path, raw: bytes) -> Document | None:
    """The document in ``raw``, or None where it was refused in whole lines."""
    path = written(folder, raw)
    try:
        return read(path)
    except DocumentError as error:
        for line in str(error).splitlines():
            assert line.startswith(str(path))
            assert " cannot be used here: " not in line, "a message of pydantic's came through untranslated"
        str(error).encode()
        return None


@FUZZ
@given(
    raw=st.binary(max_size=60) | st.text(alphabet="{}[]:,&*!|>'\"%@`#-? \n\t<ab01~=.\\uU", max_size=40).map(str.encode)
)
def test_any_bytes_end_in_a_document_or_a_refusal(tmp_path: Path, raw: bytes) -> None:
    """No file makes the reader raise anything but a DocumentError."""
    assert judged(tmp_path, raw) is None


@FUZZ
@given(data=st.data())
def test_any_mutation_ends_in_a_document_or_a_refusal(tmp_path: Path, acme: str, data: st.DataObject) -> None:
    """Any value anywhere in the reference contract, replaced, renamed or removed, is accepted or refused in words."""
    value: Any = yaml.safe_load(acme)
    holder, key = value, data.draw(st.sampled_from(list(value)), label="key")
    while isinstance(holder[key], dict | list) and holder[key] and data.draw(st.booleans(), label="deeper"):
        holder = holder[key]
        key = data.draw(st.sampled_from(list(holder if isinstance(holder, dict) else range(len(holder)))), label="key")
    change = data.draw(st.sampled_from(["replace", "remove", "add"]), label="change")
    if change == "remove":
        del holder[key]
    elif change == "replace" or not isinstance(holder, dict):
        holder[key] = data.draw(yaml_values, label="value")
    else:
        holder[data.draw(st.text(max_size=8), label="new key")] = data.draw(yaml_values, label="value")

    document = judged(tmp_path, yaml.safe_dump(value, allow_unicode=True).encode("utf-8", "surrogatepass"))
    assert document is None or isinstance(document.contract, Contract)


@FUZZ
@given(data=st.data())
def test_any_damage_to_the_text_ends_in_a_document_or_a_refusal(tmp_path: Path, acme: str, data: st.DataObject) -> None:
    """Lines lost, doubled or moved, and characters put in, are accepted or refused in words."""
    lines = acme.splitlines()
    for _ in range(data.draw(st.integers(1, 3), label="changes")):
        number = data.draw(st.integers(0, len(lines) - 1), label="line")
        put = data.draw(
            st.sampled_from(["", "  ", "- ", "? ", "&a ", "*a", "!x ", '"', "{", "]", ": ", "\t", "\0", "no: "])
        )
        column = data.draw(st.integers(0, len(lines[number])), label="column")
        lines[number] = lines[number][:column] + put + lines[number][column + (put == "") :]
        if data.draw(st.booleans(), label="double"):
            lines.insert(number, lines[number])

    judged(tmp_path, "\n".join(lines).encode())
