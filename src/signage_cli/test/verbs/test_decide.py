"""./signage decide: its command line, what it prints and writes, its statuses."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from signage_bags.bag_writer import BagWriter
from signage_bags.decisions import ROW
from signage_bags.face_bags import QOS, FaceWriter, write_face_bag
from signage_bags.message_definitions import MessageDefinition, installed_definition
from signage_bags.ros_bag_testing import FACES, STEP_NS, face, image, live_messages, stamp, write_bag
from signage_catalogue import load_catalogue
from signage_catalogue.testing import media_folder
from signage_cli.verbs import decide

__all__ = ["media_folder"]

STREAMS = Path(__file__).resolve().parents[3] / "signage_bags" / "test" / "streams"
ADS = STREAMS.parents[2] / "ad_selector" / "test" / "streams" / "ads.yaml"
STAMP_NS = 1_795_334_399_123_456_789


@pytest.fixture
def ads(tmp_path, media_folder):
    shutil.copy(media_folder / "film.webm", tmp_path)
    return Path(shutil.copy(ADS, tmp_path))


@pytest.fixture
def run(capsys):
    """Run the verb; return its status, and the lines of its output and of its errors."""

    def call(*words):
        capsys.readouterr()
        status = decide.main([str(word) for word in words])
        said = capsys.readouterr()
        return status, said.out.splitlines(), said.err.splitlines()

    return call


def test_help_says_what_is_decided_by_and_the_exit_status(capsys):
    with pytest.raises(SystemExit) as end:
        decide.main(["--help"])
    said = capsys.readouterr().out
    assert end.value.code == 0 and "--against BAG|FILE" in said and "exit status: 1 if --against" in said


@pytest.mark.replay
def test_the_json_is_the_same_to_the_byte_and_says_what_must_come_out(ads, tmp_path):
    written = []
    for name in ("one.json", "two.json"):
        words = [STREAMS / "passers-by", "--catalog", ads, "--json", tmp_path / name]
        command = [sys.executable, "-m", "signage_cli.verbs.decide", *map(str, words)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=120)
        assert (done.returncode, done.stderr) == (0, "")
        written.append((tmp_path / name).read_bytes())
    assert written[0] == written[1] == (STREAMS / "passers-by.json").read_bytes()
    assert set(json.loads(written[0])["decisions"][0]) == {*ROW}
    assert "times as fast" in done.stdout and "good-morning" in done.stdout


@pytest.mark.replay
def test_a_comparison_that_differs_is_status_1_and_told(ads, tmp_path, run):
    status, lines, errors = run(STREAMS / "passers-by", "--catalog", ads, "--against", STREAMS / "passers-by.json")
    assert (status, lines[-1], errors) == (0, "compared: the same", [])
    other = json.loads((STREAMS / "passers-by.json").read_text())
    other["decisions"][1]["creative"] = "another"
    (tmp_path / "other.json").write_text(json.dumps(other))
    status, lines, _ = run(
        *(STREAMS / "passers-by", "--catalog", ads, "--against", tmp_path / "other.json"),
        *("--json", tmp_path / "differences.json"),
    )
    assert (status, lines[-1]) == (1, "compared: 1 difference")
    (difference,) = json.loads((tmp_path / "differences.json").read_text())["differences"]
    assert (difference["before"]["creative"], difference["cause"]) == ("another", "unexplained")
    assert difference["stamp_ns"] == other["decisions"][1]["stamp_ns"]


@pytest.fixture
def live(ads, tmp_path):
    """A recording of a live run with what the selector said: a woman comes and goes, then a man."""
    who = [*[None] * 3, *[{"gender": 1}] * 20, *[None] * 15, *[{"gender": 2, "age": 50.0}] * 20, *[None] * 15]
    images = [(STAMP_NS + index * STEP_NS, [face(**each)] if each else []) for index, each in enumerate(who)]
    return write_bag(tmp_path / "live", live_messages(images, load_catalogue(ads)))


@pytest.mark.replay
def test_a_recording_is_compared_with_what_it_has_recorded_itself(live, ads, run, tmp_path):
    for words in ([], ["--against", live]):
        status, lines, errors = run(live, "--catalog", ads, *words)
        assert (status, lines[-1], errors) == (0, "compared: the same", [])


@pytest.mark.replay
def test_another_catalogue_shows_what_these_people_would_have_seen(live, ads, run, tmp_path):
    new = tmp_path / "new.yaml"
    new.write_text(ads.read_text().replace("creatives: [perfume]", "creatives: [watch]"))
    status, lines, errors = run(live, "--catalog", new, "--json", tmp_path / "new.json")
    assert (status, errors, lines[-1]) == (0, [], "compared: 1 difference")
    (difference,) = json.loads((tmp_path / "new.json").read_text())["differences"]
    assert (difference["before"]["creative"], difference["after"]["creative"]) == ("perfume", "watch")
    assert difference["cause"] == "another catalogue"
    rows = [re.findall(r"[^│]+", line) for line in lines if line.startswith("│")]
    cells = [[cell.strip() for cell in row] for row in rows]
    assert ["evening-scent, perfume", "evening-scent, watch", "1"] in cells
    assert ["evening-scent", "perfume", "1", "50.0", "0", "0.0"] in cells
    assert ["evening-scent", "watch", "0", "0.0", "1", "50.0"] in cells
    assert ["fine-time", "watch", "1", "50.0", "1", "50.0"] in cells


def make_bag(path, kind):
    """Make a bag that is cut off, of other types, or of another version."""
    if kind == "chatter":
        writer = BagWriter(path, {})
        writer.set_topic("/chatter", "std_msgs/msg/String", installed_definition("std_msgs/msg/String"), [QOS])
        writer.write("/chatter", 1, 1, b"\0\1\0\0\6\0\0\0hello\0")
        writer.close()
        return path
    faces = FaceWriter("deeplens1")
    seen = {"track": 1, "state": 1, "width": 90, "height": 90, "gender": 1, "confidence": 0.9, "age": 25, "decade": 3}
    stamps = [STAMP_NS + index * 100_000_000 for index in range(40)]
    if kind == "back":
        stamps += stamps
    write_face_bag(path, ((stamp_ns, faces.write(stamp_ns, [seen])) for stamp_ns in stamps), "deeplens1")
    if kind == "cut":
        file = next(path.glob("*.mcap"))
        file.write_bytes(file.read_bytes()[:-200])
    elif kind == "half":
        file = next(path.glob("*.mcap"))
        file.write_bytes(file.read_bytes()[:700])
    return path


@pytest.mark.fault
@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("missing", "no such file or folder; expected a bag"),
        ("empty", "the folder is empty; expected a bag"),
        ("half", "the bag holds no messages ("),
        ("chatter", "expected a topic `faces` of signage_msgs/msg/FaceArray, got /chatter (std_msgs/msg/String)"),
    ],
)
def test_what_can_not_be_decided_is_one_line_and_status_2(kind, expected, ads, tmp_path, run):
    bag = tmp_path / "bag"
    if kind == "empty":
        bag.mkdir()
    elif kind != "missing":
        make_bag(bag, kind)
    status, lines, errors = run(bag, "--catalog", ads, "--json", tmp_path / "out.json")
    assert (status, lines, len(errors)) == (2, [], 1)
    assert errors[0].startswith(f"error: {bag}: ") and expected in errors[0]
    assert not (tmp_path / "out.json").exists()


@pytest.mark.fault
@pytest.mark.parametrize("name", ["bag/bag_0.mcap", "bag/metadata.yaml", "ads.yaml", "before.json"])
def test_what_is_read_is_not_written_to(name, ads, tmp_path, run):
    make_bag(tmp_path / "bag", "whole")
    (tmp_path / "before.json").write_text('{"decisions": []}')
    before = (tmp_path / name).read_bytes()
    words = (tmp_path / "bag", "--catalog", ads, "--against", tmp_path / "before.json")
    status, lines, errors = run(*words, "--json", tmp_path / name)
    assert (status, lines, len(errors)) == (2, [], 1) and "expected a new file, or one of decisions" in errors[0]
    assert (tmp_path / name).read_bytes() == before


@pytest.mark.fault
@pytest.mark.parametrize(
    ("kind", "note"),
    [
        ("cut", "note: bag_0.mcap is cut off after 40 messages; decided up to there"),
        ("back", "note: stamps go back in this recording; each time that ends the episode"),
    ],
)
def test_what_can_be_decided_nevertheless_is_and_that_is_told(kind, note, ads, tmp_path, run):
    status, lines, errors = run(make_bag(tmp_path / "bag", kind), "--catalog", ads)
    assert (status, errors) == (0, [note])
    assert lines[-1].startswith("2 decisions in 2 episodes;" if kind == "back" else "1 decision in 1 episode;")


@pytest.mark.fault
def test_what_a_recording_says_moves_no_cursor(ads, tmp_path, run):
    images = [image(STAMP_NS + index * STEP_NS, face()) for index in range(20)]
    told = {"episode": "e", "creative": "\x1b[2J", "captured": stamp(STAMP_NS), "arrived": stamp(STAMP_NS)}
    said = (STAMP_NS + STEP_NS, "/deeplens1/ad", "signage_msgs/msg/AdSelection", told)
    noted = {"ad_selector": json.dumps({"catalog": "/\x1b[31m"})}
    _, lines, errors = run(write_bag(tmp_path / "bag", [*images, said], noted), "--media-root", tmp_path)
    assert r"\x1b[2J" in "".join(lines) and "\x1b" not in "".join([*lines, *errors])


@pytest.mark.fault
def test_messages_of_another_version_are_named_and_converted(ads, tmp_path, run):
    images = [image(STAMP_NS + index * STEP_NS, face()) for index in range(20)]
    now = installed_definition(FACES)
    before = MessageDefinition(now.encoding, re.sub("float32 still_s.*\n", "", now.text), "")
    bag = write_bag(tmp_path / "old", images, definitions={FACES: before})
    status, lines, errors = run(bag, "--catalog", ads)
    assert (status, errors) == (
        0,
        ["note: messages of another version, read by the names of their fields: Face without still_s"],
    )
    assert lines[-1].startswith("1 decision in 1 episode;")


@pytest.mark.fault
@pytest.mark.parametrize(
    ("text", "expected"),
    [(None, "No such file or directory"), ("{}", "expected a bag, or what `./signage decide --json` wrote")],
)
def test_what_is_no_decision_file_is_one_line_and_status_2(text, expected, ads, tmp_path, run):
    against = tmp_path / "against.json"
    if text is not None:
        against.write_text(text)
    status, lines, errors = run(STREAMS / "crossing", "--catalog", ads, "--against", against)
    assert (status, lines, len(errors)) == (2, [], 1)
    assert expected in errors[0] and str(against) in errors[0]


@pytest.mark.fault
def test_a_catalogue_that_can_not_be_used_is_status_2(tmp_path, run):
    status, lines, errors = run(STREAMS / "crossing", "--catalog", tmp_path / "none.yaml")
    assert (status, lines, len(errors)) == (2, [], 1)
    assert "none.yaml: expected a catalogue in YAML" in errors[0]
