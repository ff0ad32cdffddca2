import pytest
from face_inference.networks.detectors import DETECTORS
from signage_cli.setup.errors import SetupError
from signage_cli.setup.extras import DETECTOR_NAMES, EXTRAS, checked, extras_for


@pytest.mark.parametrize(
    ("verb", "arguments", "extras"),
    [
        ("bench", [], ["detectors"]),
        ("bench", ["--json", "pipeline"], ["detectors"]),
        ("bench", ["detectors", "--quick"], ["detectors"]),
        ("bench", ["--repeat", "3", "detectors"], ["detectors"]),
        ("bench", ["all"], ["detectors"]),
        ("bench", ["pipeline", "--json", "detectors"], []),
        ("bench", ["--minutes", "1", "pipeline"], []),
        ("up", ["source:=photos", "detector:=dlib"], ["detectors"]),
        ("demo", ["detector:=face_recognition-cnn"], ["detectors"]),
        ("up", ["detector:=haar"], []),
        ("up", [], []),
        ("test", ["-k", "presence"], ["detectors"]),
        ("evaluate", ["detectors"], []),
    ],
)
def test_what_a_verb_needs(verb, arguments, extras):
    assert extras_for(verb, arguments) == extras


def test_the_names_are_those_of_detectors():
    assert set(DETECTOR_NAMES) == {name for name in DETECTORS if name.startswith(("dlib", "face_recognition"))}


def test_extras_by_name():
    assert checked([]) == [] and checked(list(EXTRAS)) == list(EXTRAS)
    with pytest.raises(SetupError, match="setup: unknown extra 'detektors'; expected no arguments, or detectors"):
        checked(["detektors"])
