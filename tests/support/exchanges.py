"""Exchanges with one text in them, put anywhere and in any encoding; and everything that can be read in a file."""

from __future__ import annotations

import base64
import gzip
import html
import json
import re
import zlib
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote, quote_plus, unquote, unquote_plus

import yaml
from vcr.request import Request

Encoding = Callable[[str], str]


def u_escaped(text: str) -> str:
    """Every character as `\\u`."""
    units = text.encode("utf-16-be").hex()
    return "".join(f"\\u{units[at : at + 4]}" for at in range(0, len(units), 4))


ENCODINGS: dict[str, Encoding] = {
    "plain": str,
    "quoted": quote,
    "quoted whole": lambda text: quote(text, safe=""),
    "quoted plus": quote_plus,
    "quoted small": lambda text: re.sub("%..", lambda found: found[0].lower(), quote(text, safe="")),
    "quoted twice": lambda text: quote(quote(text, safe=""), safe=""),
    "quoted every other": lambda text: "".join(
        f"%{octet:02x}" if number % 2 else quote(chr(octet)) if octet < 128 else f"%{octet:02X}"
        for number, octet in enumerate(text.encode())
    ),
    "as a browser quotes": lambda text: quote(text, safe="!'()*"),
    "JSON": lambda text: json.dumps(text)[1:-1],
    "JSON in JSON": lambda text: json.dumps(json.dumps(text))[3:-3],
    "JSON with slashes": lambda text: json.dumps(text)[1:-1].replace("/", "\\/"),
    "u-escaped": u_escaped,
    "entities": html.escape,
    "numbered entities": lambda text: "".join(f"&#{ord(each)};" for each in text),
    "base64": lambda text: base64.b64encode(text.encode()).decode(),
    "base64 for URLs": lambda text: base64.urlsafe_b64encode(text.encode()).decode().rstrip("="),
    "base64, quoted": lambda text: quote(base64.b64encode(text.encode()).decode(), safe=""),
    "basic pair": lambda text: base64.b64encode(f"ada:{text}".encode()).decode(),
    "basic pair, as user": lambda text: base64.b64encode(f"{text}:pass".encode()).decode(),
}

Exchange = tuple[Request, dict[str, Any]]


def asked(uri: str = "https://api.test/a", body: Any = None, **headers: str) -> Exchange:
    return Request("POST", uri, body, headers), answer()


def answer(body: bytes = b"{}", code: int = 200, message: str = "OK", **headers: list[str]) -> dict[str, Any]:
    return {"status": {"code": code, "message": message}, "headers": headers, "body": {"string": body}}


def answered(body: bytes = b"{}", **more: Any) -> Exchange:
    return Request("GET", "https://api.test/a", None, {}), answer(body, **more)


def raw(text: str) -> str:
    """As text can stand in a URL or a header's value."""
    return re.sub(r"[\s\x00-\x20#]", "", text)


PLACES: dict[str, Callable[[str], Exchange]] = {
    "query": lambda it: asked(f"https://api.test/a?q={raw(it)}&page=1"),
    "path": lambda it: asked(f"https://api.test/{raw(it)}/a"),
    "userinfo": lambda it: asked(f"https://ada:{quote(it, safe='')}@api.test/a"),
    "header": lambda it: asked(**{"X-Own": f"v1 {it}"}),
    "cookie": lambda it: asked(Cookie=f"theme=dark; s={it}"),
    "form": lambda it: asked(body=f"a=1&b={it}".encode()),
    "JSON": lambda it: asked(body=f'{{"deep":[{{"value":"{it}"}}]}}'.encode()),
    "JSON key": lambda it: asked(body=f'{{"{it}":1}}'.encode()),
    "GraphQL": lambda it: asked(body=json.dumps({"query": "{ a }", "variables": {"x": {"y": it}}}).encode()),
    "gzip asked": lambda it: asked(body=gzip.compress(f'{{"v":"{it}"}}'.encode()), **{"Content-Encoding": "gzip"}),
    "octets": lambda it: asked(body=b"\xff\xfe" + it.encode() + b"\x00\x80"),
    "answer": lambda it: answered(f'{{"you":{{"sent":"{it}"}}}}'.encode()),
    "answer's key": lambda it: answered(f'{{"{it}":{{}}}}'.encode()),
    "answer, laid out": lambda it: answered(json.dumps({"a": it, "b": 'x "y"'}, indent=1, ensure_ascii=False).encode()),
    "text": lambda it: answered(f"what you sent:\n {it}\n\u2028 and more '".encode()),
    "HTML": lambda it: answered(f"<html><input value='{it}'></html>".encode()),
    "octets answered": lambda it: answered(b"\x89PNG\xff" + it.encode() + b"\xfe"),
    "gzip file": lambda it: answered(gzip.compress(it.encode())),
    "gzip answered": lambda it: answered(gzip.compress(it.encode()), **{"Content-Encoding": ["gzip"]}),
    "deflate answered": lambda it: answered(zlib.compress(it.encode()), **{"content-encoding": ["deflate"]}),
    "two codings": lambda it: answered(gzip.compress(zlib.compress(it.encode())), **{"Content-Encoding": ["deflate, gzip"]}),
    "an unknown coding": lambda it: answered(zlib.compress(it.encode())[2:], **{"Content-Encoding": ["zstd"]}),
    "answer header": lambda it: answered(**{"X-Echo": [f"you sent {it}"]}),
    "set-cookie": lambda it: answered(**{"Set-Cookie": [f"theme=dark; Path=/{raw(it)}", f"s={it}; Path=/"]}),
    "location": lambda it: answered(code=302, Location=[f"https://b.test/x?c={raw(it)}#t={raw(it)}"]),
    "reason": lambda it: answered(code=403, message=f"no {it}"),
}  # fmt: skip

REFUSED = ("gzip file", "an unknown coding")


def read_every_way(text: str) -> Iterator[str]:
    """The file, each value in it, and what each word of them decodes to: by the standard library alone."""
    todo, seen = [text, *(leaf for leaf in leaves(yaml.safe_load(text) if text else {}))], set()
    while todo:
        one = todo.pop()
        if one in seen:
            continue
        seen.add(one)
        yield one
        todo += [unquote(one), unquote_plus(one), html.unescape(one)]
        todo += [re.sub(r"\\u([0-9a-f]{4})", lambda found: chr(int(found[1], 16)), one, flags=re.IGNORECASE)]
        todo += [one.encode("utf-16", "surrogatepass").decode("utf-16", "replace"), one.replace("\\\\", "\\")]
        todo += [re.sub(r"\\([\"'/])", r"\1", one)]
        if one.isascii():
            for word in re.findall(r"[\w+/-]{8,}", one):
                octets = word.replace("+", "-").replace("/", "_").encode()
                if len(octets) % 4 != 1:
                    todo.append(base64.urlsafe_b64decode(octets + b"==").decode("utf-8", "ignore"))


def leaves(value: Any) -> Iterator[str]:
    match value:
        case dict():
            for key, inside in value.items():
                yield from (*leaves(key), *leaves(inside))
        case list():
            for each in value:
                yield from leaves(each)
        case bytes():
            yield value.decode("latin-1")
            yield value.decode("utf-8", "ignore")
            if value.startswith(b"\x1f\x8b"):
                yield gzip.decompress(value).decode()
        case str():
            yield value


def assert_nowhere(secret: str, text: str) -> None:
    for one in read_every_way(text):
        assert secret not in one
        assert secret not in one.encode("latin-1", "replace").decode("utf-8", "replace")
