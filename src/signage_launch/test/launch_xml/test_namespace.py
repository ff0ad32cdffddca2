import pytest
from signage_launch.launch_xml.namespace import check_name, check_namespace, join_namespace


@pytest.mark.parametrize(
    ("base", "name", "expected"),
    [
        (None, None, None),
        (None, "a", "/a"),
        ("/a", None, "/a"),
        ("/a", "b", "/a/b"),
        ("/a", "b/c/", "/a/b/c"),
        ("/a", "/b", "/b"),
        ("/", "b", "/b"),
        (None, "/", "/"),
        ("", "", "/"),
    ],
)
def test_joined(base, name, expected):
    assert join_namespace(base, name) == expected


@pytest.mark.parametrize("name", ["a", "_a1", "Camera_2"])
def test_valid(name):
    check_name(name, "node name")
    check_namespace(f"/{name}/x")


def test_the_root_is_valid():
    check_namespace("/")


@pytest.mark.parametrize("name", ["", "1a", "a-b", "a b", "ä"])
def test_not_valid(name):
    with pytest.raises(ValueError, match="expected letters, digits and underscores"):
        check_name(name, "node name")
    with pytest.raises(ValueError, match="part of namespace"):
        check_namespace(f"/x/{name}")
