import pytest
from signage_launch.launch_xml.packages import find_executable, package_prefix, package_share


def test_the_first_prefix_that_has_it_counts(prefix, tmp_path):
    path = {"AMENT_PREFIX_PATH": f"{tmp_path / 'empty'}::{prefix}"}
    assert package_prefix("demo", path) == prefix
    assert package_share("demo", path) == prefix / "share" / "demo"
    assert find_executable("demo", "talker", path) == prefix / "lib" / "demo" / "talker"


@pytest.mark.parametrize(
    ("package", "executable", "message"),
    [("nowhere", "x", "package nowhere not found in AMENT_PREFIX_PATH"), ("demo", "x", "executable x of package demo")],
)
def test_what_is_missing_is_named(prefix, package, executable, message):
    with pytest.raises(LookupError, match=message):
        find_executable(package, executable, {"AMENT_PREFIX_PATH": str(prefix)})


def test_a_file_that_is_not_executable_is_none(prefix):
    (prefix / "lib" / "demo" / "talker").chmod(0o644)
    with pytest.raises(LookupError, match="executable talker of package demo not found"):
        find_executable("demo", "talker", {"AMENT_PREFIX_PATH": str(prefix)})


def test_nothing_is_sourced():
    with pytest.raises(LookupError, match="which is empty"):
        package_prefix("demo", {})
