"""Another text in the place of a file, for what this process imports from now on. The file stays as it is."""

from __future__ import annotations

import linecache
import warnings
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import CodeType


def put(text: str, file: Path) -> None:
    """Whoever imports ``file`` in this process, by whatever name, gets ``text`` instead. It cannot be undone."""
    replaced = file.resolve()
    get_code = SourceFileLoader.get_code

    def code_of(loader: SourceFileLoader, fullname: str) -> CodeType | None:
        path = loader.get_filename(fullname)
        if Path(path).resolve() != replaced:
            return get_code(loader, fullname)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SyntaxWarning)  # `is` with a literal, for example
            code: CodeType = compile(text, path, "exec", dont_inherit=True)
        # For `inspect.getsource`: bizon reads whether get_records_after is overridden. An entry without a time stays.
        linecache.cache[path] = (len(text), None, text.splitlines(keepends=True), path)
        return code

    SourceFileLoader.get_code = code_of  # type: ignore[method-assign, assignment]
