"""Which mutants there are of a text, and how one takes the place of a file."""

import subprocess
import sys
from pathlib import Path
from textwrap import dedent

import pytest

from contract.mutation.mutants import mutants_of

ROOT = Path(__file__).parents[2]


def mutants(folder: Path, text: str):
    file = folder / "module.py"
    file.write_text(dedent(text), "utf-8")
    return mutants_of(file)


def test_each_change_has_its_place_and_its_lines(tmp_path):
    found = mutants(tmp_path, '"""One."""\nif 1 < limit:\n    stop()\n')
    [least] = [each for each in found if each.operator == "ReplaceComparisonOperator_Lt_LtE"]
    assert (least.line, least.column) == (2, 6)
    assert least.diff == ("-if 1 < limit:", "+if 1 <= limit:")
    assert least.text == '"""One."""\nif 1 <= limit:\n    stop()\n'
    assert [(each.line, each.column) for each in found] == sorted((each.line, each.column) for each in found)


def test_annotations_and_docstrings_are_left_out(tmp_path):
    text = '''\
    def name(first: str | None, second: "int" = "True") -> int | None:
        """Return 1 or True."""
        third: bool | None
    '''
    assert mutants(tmp_path, text) == []


def test_the_same_change_is_made_once(tmp_path):
    """A number is the same number in other words."""
    found = mutants(tmp_path, "value = 1\n")
    assert sorted(each.diff[1] for each in found) == ["+value = 0", "+value = 2"]


def test_what_cosmic_ray_cannot_do_is_left_out(tmp_path):
    """Replacing a dotted name in a tuple of exceptions."""
    found = mutants(tmp_path, "try:\n    pass\nexcept (requests.HTTPError, ValueError):\n    pass\n")
    assert all("requests.HTTPError" in each.text for each in found)


@pytest.mark.parametrize(
    "how", ["import module", "from importlib import import_module as load; module = load('module')"]
)
def test_a_text_takes_the_place_of_a_file(tmp_path, how):
    """Also where Python has its bytecode; the file stays as it is, and other modules are what they were."""
    (tmp_path / "module.py").write_text("def value():\n    return 1\n", "utf-8")
    (tmp_path / "other.py").write_text("VALUE = 3\n", "utf-8")
    program = f"""
import inspect, pathlib, sys
from contract.mutation.applied import put
sys.path.insert(0, {str(tmp_path)!r})
put("def value():\\n    return 2\\n", pathlib.Path({str(tmp_path / "module.py")!r}))
{how}
import other
print(module.value(), other.VALUE, inspect.getsource(module.value).split()[-1])
"""
    subprocess.run([sys.executable, "-c", "import module"], cwd=tmp_path, check=True)
    ran = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert ran.stdout.split() == ["2", "3", "2"]
    assert "return 1" in (tmp_path / "module.py").read_text("utf-8")
