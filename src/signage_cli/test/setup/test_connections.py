"""What is told when a host can't be reached, whichever program fails because of it."""

import shutil
import sys

import pytest
from signage_cli.setup.connections import ConnectionWatch
from signage_cli.setup.running import Programs, RunningStep
from signage_common.errors import SignageError

pytestmark = pytest.mark.fault
PIP = (
    "WARNING: Retrying (Retry(total=0, connect=None, read=None, redirect=None)) after connection broken by "
    "'NewConnectionError('<pip._vendor.urllib3.connection.HTTPSConnection object at 0x7f>: Failed to establish a new "
    "connection: [Errno -2] Name or service not known')': /simple/aiohttp/"
)
PIP_PROXY = PIP.replace("'NewConnectionError", "'ProxyError('Cannot connect to proxy.', NewConnectionError")


@pytest.mark.parametrize(
    ("lines", "env", "host"),
    [
        ([PIP], {}, "the package index"),
        (["Looking in indexes: https://me:secret@pypi.example:8443/simple, file:///srv", PIP], {}, "pypi.example:8443"),
        (["Looking in indexes: file:///srv/simple", PIP], {}, "the package index"),
        ([PIP_PROXY], {"https_proxy": "http://me:secret@proxy.example:3128"}, "the proxy proxy.example:3128"),
        ([PIP_PROXY], {}, "the proxy"),
        (
            [
                "ERROR: HTTPSConnectionPool(host='files.example.org', port=443): Max retries exceeded with url: /a.whl "
                "(Caused by NewConnectionError('<pip._vendor.urllib3.connection.HTTPSConnection object at 0x7f>'))"
            ],
            {},
            "files.example.org",
        ),
        (["HTTPSConnectionPool(host='files.example.org', port=443): Read timed out."], {}, "files.example.org"),
        (
            [
                "npm error network request to https://registry.example/esbuild failed, reason: getaddrinfo ENOTFOUND "
                "registry.example",
                "npm error network In most cases you are behind a proxy or have bad network settings.",
            ],
            {},
            "registry.example",
        ),
        (
            ["npm error FetchError: request to http://me:x@127.0.0.1:9/y failed, connect ECONNREFUSED 127.0.0.1:9"],
            {},
            "127.0.0.1:9",
        ),
        (["npm http fetch GET http://registry.example/yargs attempt 1 failed with ENOTFOUND"], {}, "registry.example"),
        (
            ["Err:1 http://deb.example.org/debian bookworm InRelease", "  Could not resolve 'deb.example.org'"],
            {},
            "deb.example.org",
        ),
        (["  Temporary failure resolving 'deb.example.org'"], {}, "deb.example.org"),
        (["  Could not connect to deb.example.org:80 (192.0.2.1), connection timed out"], {}, "deb.example.org:80"),
        (["Collecting aiohttp==3.9.1", "ERROR: THESE PACKAGES DO NOT MATCH THE HASHES"], {}, ""),
        (["npm http fetch GET 200 https://registry.example/esbuild 93ms"], {}, ""),
    ],
)
def test_the_host_is_found_in_what_a_program_says(lines, env, host):
    watch = ConnectionWatch(env)
    for line in lines:
        watch.take(line)
    assert watch.lost == host


NOWHERE = "http://127.0.0.1:9/"  # the port of the discard service
PIP_COMMAND = [
    *(sys.executable, "-m", "pip", "--isolated", "download", "--no-deps", "--retries", "1"),
    *("--index-url", f"{NOWHERE}simple", "no-such-package==1.0"),
]
NPM_COMMAND = ["npm", "install", "--fetch-retries=0", "--registry", NOWHERE, "no-such-package"]


@pytest.mark.parametrize("command", [PIP_COMMAND, NPM_COMMAND], ids=["pip", "npm"])
def test_a_real_program_without_its_host_is_one_line(tmp_path, command):
    program = shutil.which(command[0])
    if program is None:
        pytest.skip(f"{command[0]} is missing")
    step = RunningStep(tmp_path / "log", lambda text: None, Programs())
    path = f"{program.rpartition('/')[0]}:/usr/bin:/bin"
    with pytest.raises(SignageError) as caught:
        step.run(command, {"PATH": path, "HOME": str(tmp_path)}, cwd=tmp_path)
    assert str(caught.value).startswith("no connection to 127.0.0.1:9; ") and "\n" not in str(caught.value)
    assert str(tmp_path / "log") in str(caught.value)


def test_what_fails_for_another_reason_says_so(tmp_path):
    step = RunningStep(tmp_path / "log", lambda text: None, Programs())
    with pytest.raises(SignageError, match="sh ended with status 3"):
        step.run(["sh", "-c", "echo wrong hash; exit 3"], {"PATH": "/usr/bin:/bin"})
