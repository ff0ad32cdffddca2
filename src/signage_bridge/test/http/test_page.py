import pytest
from signage_bridge.http.page import TYPES, find_file


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("", "index.html"),
        ("index.html", "index.html"),
        ("operator", "operator.html"),
        ("operator/", "operator.html"),
        ("assets/app-1a2b3c4d.js", "assets/app-1a2b3c4d.js"),
    ],
)
def test_files_of_the_page(page_dir, name, file):
    assert find_file(page_dir, name) == page_dir / file


@pytest.mark.parametrize(
    "name",
    [
        "nothing",
        "assets",
        "notes.xyz",
        ".hidden.html",
        "assets/../.hidden.html",
        "../outside.html",
        "assets/../../outside.html",
        "/etc/passwd",
        "link.html",
        "index.html\0",
        "..\\outside.html",
        pytest.param("x" * 5000, id="long"),
    ],
)
def test_nothing_else(page_dir, name):
    assert find_file(page_dir, name) is None


def test_a_folder_may_have_an_index(page_dir):
    (page_dir / "help").mkdir()
    (page_dir / "help" / "index.html").touch()
    assert find_file(page_dir, "help") == page_dir / "help" / "index.html"


def test_scripts_and_styles_have_the_types_that_browsers_insist_on():
    assert TYPES[".js"].startswith("text/javascript") and TYPES[".css"].startswith("text/css")
