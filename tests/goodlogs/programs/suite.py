"""Write a test suite whose names and parameters are failures: ``suite.py KIND FILE PART OF``.

The names are those of the causes and of the lines that their signatures match.
"""

import json
import pathlib
import re
import sys

kind, file, part, parts = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
causes = sorted(pathlib.Path(__file__).parents[3].glob("entrypoint/tf_docker_check/resources/causes/*.json"))
mine = [cause for path in causes[part::parts] if (cause := json.loads(path.read_text()))["signatures"]]


def lines_of(cause):
    return [line for signature in cause["signatures"] for line in signature["matches"]]


def name_of(cause):
    return re.sub(r"\W", "_", cause["id"])


def pytest_suite():
    yield "import logging, pytest\n"
    for cause in mine:
        yield f"@pytest.mark.parametrize('line', {lines_of(cause)!r}, ids=str)"
        yield f"def test_{name_of(cause)}(line):\n    logging.warning(line)\n    print(line)\n    assert line\n"
    yield "@pytest.mark.xfail(reason='killed (137)')\ndef test_oom_killed_137():\n    raise MemoryError\n"
    yield "@pytest.mark.skip(reason='libcuda.so.1 not found')\ndef test_gpu():\n    pass\n"
    yield "def test_sigill():\n    with pytest.raises(OSError):\n        raise OSError(28, 'No space left on device')"


def unittest_suite():
    yield "import sys, unittest\n"
    for cause in mine:
        yield f"class Test_{name_of(cause)}(unittest.TestCase):"
        for number, line in enumerate(lines_of(cause)):
            noise = f"        print({line!r}, file=sys.stderr)\n" if kind == "noisy" else ""
            yield f"    def test_{number}(self):\n        {line!r}\n{noise}        self.assertTrue(True)\n"
    yield "class TestEnd(unittest.TestCase):\n    def test_exit_137(self):\n        self.skipTest('no GPU')"
    yield "    @unittest.expectedFailure\n    def test_import_error(self):\n        import no_such_module"


pathlib.Path(file).write_text("\n".join(pytest_suite() if kind == "pytest" else unittest_suite()) + "\n")
