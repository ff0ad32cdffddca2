import resource
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from signage_catalogue import CatalogueError, Creative, catalogue_paths, load_catalogue
from signage_catalogue.testing import put_in_place
from signage_common.errors import ConfigurationError

MEDIA = Path(__file__).parent / "media"
HEAD = "version: 1\nfallback: [house]\n"
CREATIVES = "creatives:\n  house: {file: house.webm, duration_s: 10}\n  신발: {file: a.webm}\n"


def load(folder, text, **kwargs):
    path = folder / "ads.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return load_catalogue(path, **kwargs)


def test_a_whole_catalogue(catalogue_folder):
    text = HEAD + "timezone: Asia/Seoul\n" + CREATIVES + "campaigns:\n  봄: {creatives: [신발], priority: 3}\n"
    catalogue = load(catalogue_folder, text)
    shoe = catalogue.creatives["신발"]
    assert catalogue.timezone.key == "Asia/Seoul" and catalogue.fallback == ("house",)
    assert catalogue.campaigns["봄"].priority == 3 and list(catalogue.campaigns) == ["봄"]
    assert shoe.path == (catalogue_folder / "a.webm").resolve() and shoe.media_type == "video/webm"
    assert shoe.duration_s == pytest.approx(0.5, abs=0.05), "read from the film"
    assert catalogue.creatives["house"].duration_s == 10.0, "the given one counts"
    assert catalogue.media == (catalogue_folder / "house.webm", catalogue_folder / "a.webm")


def test_the_digest_is_that_of_all_that_a_choice_depends_on_wherever_it_lies(catalogue_folder, tmp_path_factory):
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    for name in ("house.webm", "a.webm"):
        (elsewhere / name).write_bytes((catalogue_folder / name).read_bytes())
    digest = load(catalogue_folder, HEAD + CREATIVES).digest
    assert load(elsewhere, HEAD + CREATIVES).digest == digest and len(bytes.fromhex(digest)) == 8
    assert load(elsewhere, HEAD + CREATIVES + "campaigns: {}\n").digest != digest
    (elsewhere / "a.webm").write_bytes((elsewhere / "a.webm").read_bytes() + b"other")
    changed = load(elsewhere, HEAD + CREATIVES).digest
    assert changed != digest
    (elsewhere / "a.webm").rename(elsewhere / "new.webm")
    (elsewhere / "house.webm").rename(elsewhere / "a.webm")
    (elsewhere / "new.webm").rename(elsewhere / "house.webm")
    assert load(elsewhere, HEAD + CREATIVES).digest not in (changed, digest), "which name has which content counts"


def test_a_byte_order_mark_and_names_in_either_unicode_form(catalogue_folder):
    text = "\ufeffversion: 1\nfallback: ['\u1102\u1161']\ncreatives: {'\ub098': {file: a.webm, duration_s: 1}}\n"
    assert load(catalogue_folder, text).house_playlist[0].name == "\ub098"


def test_a_media_root(catalogue_folder, tmp_path_factory, media_folder):
    text = HEAD + f"creatives:\n  house: {{file: {media_folder}/film.webm, duration_s: 1}}\n"
    assert load(catalogue_folder, text, media_root=media_folder).creatives["house"].path.name == "film.webm"
    with pytest.raises(CatalogueError, match=r"ads.yaml:4: creatives.house.file: expected a file inside"):
        load(catalogue_folder, text)


def test_a_relative_path_to_the_catalogue(catalogue_folder, monkeypatch):
    load(catalogue_folder, HEAD + CREATIVES)
    monkeypatch.chdir(catalogue_folder)
    assert load_catalogue(Path("ads.yaml")).creatives["house"].path.is_absolute()


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "ads.yaml: expected the fields version, fallback and creatives, got nothing"),
        ("- a", "ads.yaml: expected the fields version, fallback and creatives, got a list"),
        ("house", "ads.yaml: expected the fields version, fallback and creatives, got a single value"),
        ("# nothing\n", "ads.yaml: expected the fields version, fallback and creatives, got nothing"),
        ("version: 1\nfallback: [", "expected YAML"),
        (b"version: 1\n\xff", "ads.yaml:2: expected UTF-8"),
        (b"#" * (1 << 20) + b"\n", "ads.yaml: expected a catalogue in YAML, got: expected at most 1,048,576 bytes"),
        (HEAD, "ads.yaml:1: creatives: expected this field, which is required"),
        (
            HEAD.replace("house", "home") + CREATIVES,
            "ads.yaml:2: fallback[0]: expected the name of a creative, got 'home'",
        ),
        (
            HEAD + CREATIVES + "campaigns:\n  x:\n    creatives:\n      - 신발\n      - hat",
            "ads.yaml:10: campaigns.x.creatives[1]: expected the name of a creative, got 'hat'",
        ),
        (
            HEAD + CREATIVES + "  gone: {file: gone.webm}",
            "ads.yaml:6: creatives.gone.file: expected a file, found nothing at",
        ),
        (
            HEAD + CREATIVES + "  text: {file: ads.yaml}",
            "ads.yaml:6: creatives.text.file: expected WebM, MP4, PNG or JPEG content",
        ),
        (HEAD + CREATIVES + "  up:\n    ad_id: ''\n    file: ../x", "ads.yaml:8: creatives.up.file: expected a file"),
        (
            HEAD + CREATIVES + "  still: {file: picture.png}",
            "ads.yaml:6: creatives.still.duration_s: expected this field, which a picture requires",
        ),
        (
            HEAD + CREATIVES + "  cut: {file: cut.webm}",
            "ads.yaml:6: creatives.cut.file: expected WebM with VP8, VP9, AV1 or H.264 video, got no video",
        ),
    ],
)
def test_one_problem(catalogue_folder, media_folder, text, problem):
    (catalogue_folder / "picture.png").write_bytes((media_folder / "picture.png").read_bytes())
    (catalogue_folder / "cut.webm").write_bytes((media_folder / "film.webm").read_bytes()[:40])
    with pytest.raises(CatalogueError) as caught:
        load(catalogue_folder, text)
    assert problem in str(caught.value) and len(caught.value.problems) == 1
    assert str(caught.value).startswith(str(catalogue_folder / "ads.yaml")) and "\n" not in str(caught.value)


@pytest.mark.fault
@pytest.mark.parametrize(
    ("name", "got"),
    [("hevc.webm", "HEVC"), ("sound.webm", "no video"), ("hevc.mp4", "HEVC"), ("theora.webm", "Theora")],
)
@pytest.mark.parametrize("more", ["", ", duration_s: 8"])
def test_a_film_that_browsers_do_not_play_is_refused_when_the_catalogue_is_read(catalogue_folder, name, got, more):
    (catalogue_folder / name).write_bytes((MEDIA / name).read_bytes())
    with pytest.raises(CatalogueError, match=f"ads.yaml:6: creatives.x.file: expected .* video, got {got}$"):
        load(catalogue_folder, HEAD + CREATIVES + f"  x: {{file: {name}{more}}}")


@pytest.mark.fault
@pytest.mark.parametrize("name", ["h264.mp4", "h264-fragments.mp4", "vp9.mp4", "av1.webm"])
def test_the_duration_of_what_browsers_play_is_read_from_the_film(catalogue_folder, name):
    (catalogue_folder / name).write_bytes((MEDIA / name).read_bytes())
    catalogue = load(catalogue_folder, HEAD + CREATIVES + f"  x: {{file: {name}}}")
    assert catalogue.creatives["x"].duration_s == pytest.approx(0.5, abs=0.05)


@pytest.mark.fault
def test_a_film_of_one_frame_needs_a_duration(catalogue_folder):
    writer = cv2.VideoWriter(str(catalogue_folder / "one.webm"), cv2.VideoWriter_fourcc(*"VP80"), 24, (64, 48))
    writer.write(np.zeros((48, 64, 3), np.uint8))
    writer.release()
    text = HEAD + CREATIVES + "  x: {file: one.webm%s}"
    with pytest.raises(CatalogueError, match=r"duration_s: expected this field, because the film plays 0.0417 s"):
        load(catalogue_folder, text % "")
    assert load(catalogue_folder, text % ", duration_s: 10").creatives["x"].duration_s == 10.0


@pytest.mark.fault
@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-32", "cp1252"])
def test_other_encodings_are_refused_in_one_line(catalogue_folder, encoding):
    with pytest.raises(CatalogueError, match=r"expected (UTF-8|YAML)") as caught:
        load(catalogue_folder, (HEAD + CREATIVES.replace("신발", "schön")).encode(encoding))
    assert str(caught.value).isprintable()


@pytest.mark.fault
@pytest.mark.parametrize(
    ("number", "weight", "priority"),
    [("1e3", 1000.0, 0), ("+5", 5.0, 5), ("0o17", 15.0, 15), ("0x10", 16.0, 16), ("007", 7.0, 7)],
)
def test_numbers_as_yaml_writes_them(catalogue_folder, number, weight, priority):
    rank = "" if "e" in number else f", priority: {number}"
    text = f"campaigns: {{x: {{creatives: [house], weight: {number}{rank}}}}}"
    campaign = load(catalogue_folder, HEAD + CREATIVES + text).campaigns["x"]
    assert (campaign.weight, campaign.priority) == (weight, priority)


OTHER_KINDS = {
    ("weight: {}", "weight"): [".inf", ".nan", "-.inf", "1e999", "yes", "1_000", "1:30", "0", ""],
    ("priority: {}", "priority"): ["1e3", "1.0", "9" * 25, "on", "2026-11-01", "~"],
    ("cap: {{plays_per_hour: {}}}", "cap.plays_per_hour"): ["0.5", "off", "-1", "1e999"],
    ("dates: {{from: {}}}", "dates.from"): ["20261101", "2026-02-30", "yesterday", "2026-11-01T00:00:00"],
    ("dayparts: [{{from: {}}}]", "dayparts[0].from"): ["7", "79200", "22:00:00", "25:00", "7:00"],
    ("dayparts: [{{days: [{}]}}]", "dayparts[0].days[0]"): ["monday", "1", "on", "~"],
    ("target: {{gender: {}}}", "target.gender"): ["no", "f", "~", "1"],
    ("target: {{age: [{}]}}", "target.age"): ["20", "20, 1e3", "1.0, 2", "-1, 5", "20, .inf", "no, yes"],
    ("creatives: [house, {}]", "creatives[1]"): ["1", "no", "~", "1e3", "true", "x" * 5000],
}


@pytest.mark.fault
@pytest.mark.parametrize(
    ("line", "field"),
    [(line.format(value), field) for (line, field), values in OTHER_KINDS.items() for value in values],
)
def test_values_of_other_kinds_are_refused_in_one_line_with_their_field(catalogue_folder, line, field):
    creatives = "" if line.startswith("creatives") else "    creatives: [house]\n"
    with pytest.raises(CatalogueError) as caught:
        load(catalogue_folder, f"{HEAD}{CREATIVES}campaigns:\n  x:\n{creatives}    {line}\n")
    assert f"campaigns.x.{field}: expected" in str(caught.value)
    assert str(caught.value).isprintable() and len(str(caught.value)) < 1000


@pytest.mark.fault
@pytest.mark.parametrize("key", ["x" * 100_000, '"a\\nb"', '"\\e[31m"', "on", "1", "~"])
def test_whatever_an_unknown_field_is_called_the_error_is_one_line(catalogue_folder, key):
    with pytest.raises(CatalogueError, match="unknown field") as caught:
        load(catalogue_folder, HEAD + CREATIVES + f"? {key}\n: 1\n")
    assert str(caught.value).isprintable() and len(str(caught.value)) < 1000


@pytest.mark.fault
@pytest.mark.parametrize(
    "kind", ["fifo", "folder", "socket", "/dev/zero", "/dev/full", "/dev/null", "/dev/tty", "dangling"]
)
def test_whatever_lies_in_place_of_a_catalogue_is_refused_without_waiting(tmp_path, kind):
    path = tmp_path / "ads.yaml"
    put_in_place(path, kind)
    with pytest.raises(CatalogueError, match=r"ads.yaml: expected a catalogue in YAML, got: "):
        load_catalogue(path)


@pytest.mark.fault
def test_an_error_that_nobody_foresaw_is_a_refusal(catalogue_folder):
    """No file can be opened beside the catalogue's own, so that the reader of films can't be started."""
    text = HEAD + CREATIVES
    load(catalogue_folder, text)
    (catalogue_folder / "a.webm").write_bytes((catalogue_folder / "b.webm").read_bytes())
    with (catalogue_folder / "ads.yaml").open() as file:
        lowest = file.fileno()
    limits = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (lowest + 1, limits[1]))
    try:
        with pytest.raises(CatalogueError, match=r"expected a readable catalogue, got OSError: .*Too many open files"):
            load_catalogue(catalogue_folder / "ads.yaml")
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, limits)
    assert load_catalogue(catalogue_folder / "ads.yaml").creatives["신발"].duration_s == pytest.approx(0.5, abs=0.05)


def test_all_problems_of_a_file_are_listed_in_order(catalogue_folder):
    creatives = "creatives:\n  a: {file: gone1}\n  b: {file: gone2}\n"
    text = "version: 1\nfallback: [x]\n" + creatives + "campaigns:\n  c: {creatives: [d]}\n"
    with pytest.raises(CatalogueError) as caught:
        load(catalogue_folder, text)
    assert [(problem.line, problem.field) for problem in caught.value.problems] == [
        (2, "fallback[0]"),
        (4, "creatives.a.file"),
        (5, "creatives.b.file"),
        (7, "campaigns.c.creatives[0]"),
    ]
    assert caught.value.media == (catalogue_folder / "gone1", catalogue_folder / "gone2")


@pytest.mark.parametrize("path", ["gone.yaml", "."])
def test_no_file(tmp_path, path):
    with pytest.raises(CatalogueError, match="expected a catalogue in YAML, got: ") as caught:
        load_catalogue(tmp_path / path)
    assert str(tmp_path / path) in str(caught.value)


TRAINERS = Creative("trainers", Path("/media/x"), 8.0, "8465", "video/webm", "1a2b3c4d5e6f7a8b")


@pytest.mark.parametrize(
    ("name", "media_type", "url"),
    [
        ("trainers", "video/webm", "/media/trainers.1a2b3c4d5e6f7a8b.webm"),
        ("trainers", "video/mp4", "/media/trainers.1a2b3c4d5e6f7a8b.mp4"),
        ("a b?#%", "image/png", "/media/a%20b%3F%23%25.1a2b3c4d5e6f7a8b.png"),
        ("신발", "image/jpeg", "/media/%EC%8B%A0%EB%B0%9C.1a2b3c4d5e6f7a8b.jpg"),
        ("..", "video/webm", "/media/...1a2b3c4d5e6f7a8b.webm"),
    ],
)
def test_an_address_is_made_of_name_and_content(name, media_type, url):
    assert replace(TRAINERS, name=name, media_type=media_type).url == url


def test_the_house_playlist_keeps_its_order(make_catalogue):
    catalogue = make_catalogue({}, fallback=("z", "a", "z"))
    assert [creative.name for creative in catalogue.house_playlist] == ["z", "a", "z"]


def test_the_catalogue_that_is_named(monkeypatch):
    monkeypatch.setenv("HOME", "/home/sign")
    assert catalogue_paths("ads.yaml") == (Path("ads.yaml"), None)
    assert catalogue_paths("a", "/m") == (Path("a"), Path("/m"))
    with pytest.raises(ConfigurationError, match=r"~no-such-user/ads\.yaml: no such home folder"):
        catalogue_paths("~no-such-user/ads.yaml")
    assert catalogue_paths("~/a", "~/m") == (Path("/home/sign/a"), Path("/home/sign/m"))


def test_the_catalogue_is_that_of_the_home_folder_by_default(tmp_path, monkeypatch):
    monkeypatch.setenv("SIGNAGE_HOME", str(tmp_path))
    with pytest.raises(ConfigurationError, match=r"ads.yaml: not found; `./signage setup` makes it"):
        catalogue_paths("")
    (tmp_path / "media").mkdir()
    (tmp_path / "media/ads.yaml").touch()
    assert catalogue_paths("") == (tmp_path / "media/ads.yaml", None)
