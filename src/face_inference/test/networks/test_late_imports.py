import pytest
from face_inference.networks.late_imports import import_library


@pytest.fixture
def library(tmp_path, monkeypatch):
    """Put a module that does something at its import where it is found; return its name."""
    monkeypatch.syspath_prepend(str(tmp_path))

    def make(name, text):
        (tmp_path / f"{name}.py").write_text(text)
        return name

    return make


def test_a_library_is_imported(library):
    assert import_library(library("late_one", "VALUE = 5")).VALUE == 5


@pytest.mark.fault
@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("late_broken", "import late_missing", ImportError),
        ("late_wrong", "raise ImportError('initialization failed') from ValueError()", ImportError),
        ("late_interrupted", "raise KeyboardInterrupt", KeyboardInterrupt),
        ("late_caused", "raise ImportError('initialization failed') from KeyboardInterrupt()", KeyboardInterrupt),
        (
            "late_context",
            "try:\n    raise KeyboardInterrupt\nexcept BaseException:\n    raise ImportError",
            KeyboardInterrupt,
        ),
        ("late_deep", "try:\n    import late_caused\nexcept ImportError as error:\n    raise error", KeyboardInterrupt),
    ],
)
def test_an_interrupt_stays_one_and_a_failure_too(library, name, text, expected):
    library("late_caused", "raise ImportError('initialization failed') from KeyboardInterrupt()")
    with pytest.raises(expected):
        import_library(library(name, text))
