import io

from signage_launch.launch_xml.plan import Output
from signage_launch.runner.log_file import LogFile
from signage_launch.runner.sink import Screen, Stream, Tee


def test_the_log_file_has_everything_with_its_time(tmp_path):
    log = LogFile(tmp_path / "log" / "up.log")
    sink = Tee(log, Screen(io.StringIO()))
    sink.line("a-1", Stream.OUT, "100 % hidden", Output.LOG)
    sink.say("launch", "WARNING", "careful")
    log.close()
    first, second = log.path.read_text().splitlines()
    assert first.endswith("Z [a-1] 100 % hidden") and first[4] == "-"
    assert second.endswith("Z [WARNING] [launch]: careful")


def test_the_log_file_is_bounded(tmp_path, monkeypatch):
    monkeypatch.setattr("signage_launch.runner.log_file._BYTES", 1000)
    log = LogFile(tmp_path / "up.log")
    for number in range(200):
        log.say("launch", "INFO", f"line {number}")
    log.close()
    files = list(tmp_path.iterdir())
    assert len(files) == 4 and all(file.stat().st_size <= 1000 for file in files)
    assert "line 199" in log.path.read_text()
