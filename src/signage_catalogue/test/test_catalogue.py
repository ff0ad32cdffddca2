from dataclasses import replace
from pathlib import Path

import pytest
from signage_catalogue import CatalogueError, Creative, catalogue_paths, load_catalogue
from signage_common.errors import ConfigurationError

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
        ("", "ads.yaml: expected the fields version, fallback, creatives and campaigns, got none"),
        ("- a", "ads.yaml: expected the fields version"),
        ("version: 1\nfallback: [", "expected YAML"),
        (b"version: 1\n\xff", "ads.yaml:2: expected UTF-8"),
        (b"#" * (1 << 20) + b"\n", "ads.yaml: expected at most 1048576 bytes"),
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
            "ads.yaml:6: creatives.cut.duration_s: expected this field, because",
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
    assert catalogue_paths("~/a", "~/m") == (Path("/home/sign/a"), Path("/home/sign/m"))


def test_the_catalogue_is_that_of_the_home_folder_by_default(tmp_path, monkeypatch):
    monkeypatch.setenv("SIGNAGE_HOME", str(tmp_path))
    with pytest.raises(ConfigurationError, match=r"ads.yaml: not found; `./signage setup` makes it"):
        catalogue_paths("")
    (tmp_path / "media").mkdir()
    (tmp_path / "media/ads.yaml").touch()
    assert catalogue_paths("") == (tmp_path / "media/ads.yaml", None)
