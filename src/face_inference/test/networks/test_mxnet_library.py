import subprocess
import sys

import pytest
from face_inference.networks import mxnet_library
from signage_common.errors import ConfigurationError

PROGRAM = """
import os, sys, warnings
warnings.simplefilter("error")
from face_inference.networks.mxnet_library import load_library, import_mxnet
load_library()
assert "mxnet" not in sys.modules
assert os.environ["OMP_NUM_THREADS"] == {expected!r}
import_mxnet()
assert "mxnet" in sys.modules
"""


@pytest.mark.parametrize(("given", "expected"), [({}, "1"), ({"OMP_NUM_THREADS": "2"}, "2")])
def test_mxnet_loads_silently_on_one_thread_unless_told_otherwise(given, expected, monkeypatch):
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    command = [sys.executable, "-c", PROGRAM.format(expected=expected)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("given", ["1", "4"])
def test_as_many_threads_are_used_as_are_asked_for_first(given, monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", given)
    program = """
import os
from face_inference.networks.mxnet_library import load_library, use_threads
use_threads(3)
load_library()
use_threads(2)
print(os.environ["OMP_NUM_THREADS"])
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout == "3\n"


def test_a_missing_package_is_one_clear_line(monkeypatch):
    monkeypatch.setattr(mxnet_library.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(ConfigurationError, match=r"mxnet is not installed; `\./signage setup`"):
        mxnet_library.load_library.__wrapped__()


def test_a_library_that_does_not_load_is_named(monkeypatch, tmp_path):
    (tmp_path / "libmxnet.so").write_bytes(b"no library")
    spec = mxnet_library.importlib.util.spec_from_file_location("mxnet", tmp_path / "__init__.py")
    monkeypatch.setattr(mxnet_library.importlib.util, "find_spec", lambda name: spec)
    with pytest.raises(ConfigurationError, match=r"libmxnet\.so: expected MXNet's library"):
        mxnet_library.load_library.__wrapped__()
