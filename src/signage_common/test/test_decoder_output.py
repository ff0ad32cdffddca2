"""What decoders print is noted, real ones and real damage; whatever else is printed passes."""

import os
import subprocess
import sys

import cv2
import numpy as np
import pytest
from signage_common.decoder_output import CUT_OFF, noted_decoder_output

pytestmark = pytest.mark.fault

GREY = np.random.default_rng(1).integers(0, 255, (48, 64), np.uint8)
JPEG = cv2.imencode(".jpg", GREY)[1].tobytes()
PNG = cv2.imencode(".png", GREY)[1].tobytes()


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (JPEG, None),
        (PNG, None),
        (JPEG[:-100] + JPEG[-2:], CUT_OFF),
        (JPEG[:-2] + bytes(9) + JPEG[-2:], "extraneous bytes"),
        (PNG[:1000] + PNG[1010:], "libpng error"),
    ],
)
def test_the_words_of_a_decoder_are_noted_and_not_shown(capfd, data, expected):
    for _ in range(2):
        with noted_decoder_output() as lines:
            cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
        assert lines == [] if expected is None else any(expected in line for line in lines)
    assert capfd.readouterr().err == ""


def test_what_others_say_meanwhile_passes(capfd):
    with pytest.raises(KeyError), noted_decoder_output() as lines:
        os.write(2, b"Corrupt JPEG data: 3 extraneous bytes\nan error of the node\n")
        raise KeyError
    assert lines == ["Corrupt JPEG data: 3 extraneous bytes"]
    os.write(2, b"afterwards\n")
    assert capfd.readouterr().err == "an error of the node\nafterwards\n"


NOTE = """
import os, resource
from signage_common.decoder_output import noted_decoder_output
{before}
with noted_decoder_output() as lines:
    print("done")
"""


@pytest.mark.parametrize(
    "before",
    [
        "os.close(2)",
        "os.dup2(os.open('/dev/full', os.O_WRONLY), 2); os.write(1, b'')",
        "resource.setrlimit(resource.RLIMIT_NOFILE, (3, 3))",
    ],
)
def test_without_a_usable_standard_error_the_work_goes_on(before):
    done = subprocess.run(
        [sys.executable, "-c", NOTE.format(before=before)], capture_output=True, text=True, timeout=60
    )
    assert (done.returncode, done.stdout) == (0, "done\n")
