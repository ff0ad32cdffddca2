import io

import pytest
from signage_cli.setup.fingerprint import files_below, fingerprint
from signage_cli.setup.progress import Progress
from signage_cli.setup.step import Step


@pytest.fixture
def source(tmp_path):
    path = tmp_path / "source"
    path.write_text("one")
    return path


def step_of(source, work):
    made = source.parent / "made"
    stamp = source.parent / "stamps" / "step"
    return Step("Thing", stamp, lambda: fingerprint([source]), [made], lambda progress: work(made))


def perform(step):
    out = io.StringIO()
    step.perform(Progress(1, out))
    return out.getvalue()


def test_a_step_is_done_until_its_inputs_change_or_its_product_is_gone(source):
    step = step_of(source, lambda made: made.write_text("made"))
    assert not step.is_done()
    assert perform(step).splitlines()[-1] == "[1/1] Thing: done in 0 s"
    assert step.is_done()
    source.write_text("two")
    assert not step.is_done()
    perform(step)
    (source.parent / "made").unlink()
    assert not step.is_done()


def test_an_interrupted_step_is_not_done(source):
    def interrupted(made):
        made.write_text("half")
        raise KeyboardInterrupt

    perform(step_of(source, lambda made: made.write_text("made")))
    step = step_of(source, interrupted)
    with pytest.raises(KeyboardInterrupt):
        perform(step)
    assert not step.is_done()


def test_fingerprint_sees_contents_names_and_words(source):
    first = fingerprint([source], [source], ["word"])
    assert first == fingerprint([source], [source], ["word"])
    assert first != fingerprint([source], [source], ["other"])
    assert first != fingerprint([source], [], ["word"])
    source.write_text("two")
    assert first != fingerprint([source], [source], ["word"])


def test_caches_are_no_inputs(source):
    for name in ("a.py", "node_modules/b.js", "__pycache__/c.pyc"):
        path = source.parent / "tree" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    assert [path.name for path in files_below(source.parent / "tree", source)] == ["source", "a.py"]


def test_progress_in_a_log_is_sparse_and_on_a_terminal_one_line():
    class Terminal(io.StringIO):
        def isatty(self):
            return True

    log, terminal = io.StringIO(), Terminal()
    for stream in (log, terminal):
        with Progress(1, stream).step("Thing") as step:
            for number in range(100):
                step.update(f"{number} of 100")
    assert len(log.getvalue().splitlines()) == 2
    assert "99 of 100" in terminal.getvalue() and terminal.getvalue().count("\n") == 1
