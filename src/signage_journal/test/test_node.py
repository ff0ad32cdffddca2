"""The node: its services, what it hears, and how it says that it can't write."""

import sqlite3
import sys

import pytest
import sqlalchemy as sa
from builtin_interfaces.msg import Time
from diagnostic_msgs.msg import DiagnosticArray
from signage_common.process_testing import ProgramClock, ProgramUnderTest
from signage_common.ros_topics import PLAYBACK_QOS, RECORD_QOS
from signage_journal.database import open_for_reading, parse_address
from signage_journal.node import JournalNode
from signage_journal.ros_crash_testing import crash_rounds
from signage_journal.schema import metadata
from signage_journal.verify import verify
from signage_msgs.msg import AdPlayback, AdSelection, Presence
from signage_msgs.srv import RecordAudience, RecordPlayback

pytestmark = pytest.mark.graph

COMMAND = [
    sys.executable,
    "-c",
    "from signage_journal.node import main; main()",
    "--ros-args",
    "-r",
    "__ns:=/deeplens1",
]


def playback(number=1, event=AdPlayback.STARTED, **fields):
    given = {"screen": "lobby", "device": "deeplens1", "creative": "trainers", "campaign": "spring-run", **fields}
    stamp = Time(sec=1_795_334_400 + number)
    return AdPlayback(stamp=stamp, play_id=f"play-{number}", event=event, **given)


def ended(**fields):
    given = {"device": "deeplens1", "episode": "deeplens1-1", "event": Presence.ENDED, "estimation": "20f", **fields}
    return Presence(
        stamp=Time(sec=1_795_334_406), started=Time(sec=1_795_334_400), watchers_total=2, dwell_s=5.5, **given
    )


def decided(**fields):
    given = {"device": "deeplens1", "episode": "deeplens1-1", "creative": "trainers", "estimation": "20f", **fields}
    return AdSelection(captured=Time(sec=1_795_334_401), catalogue="0123456789abcdef", **given)


class Asker:
    """A client of a journal, and what it says of itself."""

    def __init__(self, graph):
        self.graph = graph
        probe = graph.probe()
        self.health = []
        probe.create_subscription(DiagnosticArray, "/diagnostics", self._hear, 10)
        self._playback = probe.create_publisher(AdPlayback, "playback", PLAYBACK_QOS)
        types = {"record_playback": RecordPlayback, "record_audience": RecordAudience}
        self._clients = {name: probe.create_client(each, name, qos_profile=RECORD_QOS) for name, each in types.items()}

    def _hear(self, message):
        self.health += [status for status in message.status if status.name.endswith("journal: health")]

    def start(self, service, request):
        client = self._clients[service]
        self.graph.spin_until(client.service_is_ready, what=service)
        return client.call_async(request)

    def ask(self, service, request):
        answer = self.start(service, request)
        self.graph.spin_until(answer.done, what="answer")
        return answer.result()

    def record(self, *playbacks):
        return self.ask("record_playback", RecordPlayback.Request(playbacks=playbacks))

    def publish(self, *messages):
        self.graph.spin_until(lambda: self._playback.get_subscription_count(), what="a subscriber")
        for message in messages:
            self._playback.publish(message)

    def wait_for_health(self, is_it):
        self.health.clear()
        self.graph.spin_until(lambda: any(map(is_it, self.health)), what="health")
        return next(filter(is_it, self.health))


@pytest.fixture
def path(tmp_path):
    return tmp_path / "journal.db"


@pytest.fixture
def asker(graph):
    return Asker(graph)


@pytest.fixture
def node(graph, path):
    return graph.add(JournalNode, namespace="deeplens1", params={"url": str(path)})


def rows(path, name):
    engine = open_for_reading(parse_address(str(path)))
    with engine.begin() as connection:
        verify(connection)
        found = [dict(row) for row in connection.execute(sa.select(metadata.tables[name])).mappings()]
    engine.dispose()
    return found


class TestServices:
    def test_what_is_acknowledged_is_in_the_file(self, node, asker, path):
        answer = asker.record(playback(1), playback(2), playback(1, AdPlayback.COMPLETED))
        assert answer.success and answer.refused == ["", "", ""]
        assert [row["outcome"] for row in rows(path, "plays")] == ["completed", "started"]

    def test_an_audience_is_kept_once(self, node, asker, path):
        request = RecordAudience.Request(episodes=[ended()], decisions=[decided()])
        for _ in range(2):
            answer = asker.ask("record_audience", request)
            assert answer.success and answer.refused == []
        (episode,), (decision,) = rows(path, "episodes"), rows(path, "decisions")
        assert (episode["watchers"], episode["dwell_s"]) == (2, 5.5)
        assert decision["catalogue"] == "0123456789abcdef"

    def test_what_can_never_be_kept_is_told_beside_what_is(self, node, asker, path):
        bad = [
            playback(2, event=9),
            playback(3, screen=""),
            playback(4, creative="x\ny"),
            playback(5, device="d" * 300),
        ]
        answer = asker.record(playback(1), *bad, playback(1, detail="another"))
        assert answer.success and answer.refused[0] == "" and all(answer.refused[1:])
        assert "event: expected one of 1, 2, 3, 4, got 9" in answer.refused[1]
        assert len(rows(path, "plays")) == 1
        answer = asker.ask("record_audience", RecordAudience.Request(episodes=[ended(event=1)], decisions=[decided()]))
        assert answer.success and len(answer.refused) == 1 and len(rows(path, "decisions")) == 1

    def test_too_much_in_one_request_is_answered(self, node, asker):
        answer = asker.record(*(playback(number) for number in range(501)))
        assert not answer.success and "at most 500" in answer.message
        assert asker.record().success

    def test_many_at_once_are_all_answered(self, node, asker, path):
        waiting = [
            asker.start("record_playback", RecordPlayback.Request(playbacks=[playback(number)]))
            for number in range(100)
        ]
        asker.graph.spin_until(lambda: all(answer.done() for answer in waiting), what="all answers")
        assert all(answer.result().success for answer in waiting) and len(rows(path, "plays")) == 100

    def test_what_is_only_published_is_kept_too(self, node, asker, path):
        asker.publish(playback(1), playback(2), playback(2, event=7))
        asker.record(playback(1))
        asker.graph.spin_until(lambda: len(rows(path, "plays")) == 2, what="rows")


@pytest.mark.fault
class TestWhenItCanNotWrite:
    def test_a_lock_is_waited_out_and_told(self, node, asker, path, monkeypatch):
        """Somebody holds the database: requests are answered, the fault shows, and all goes on afterwards."""
        monkeypatch.setattr("signage_journal.database.PATIENCE_S", 0.1)
        node._writer._close_engine()  # it opens anew, with that patience
        with sqlite3.connect(path, isolation_level=None) as other:
            other.execute("BEGIN IMMEDIATE")
            answer = asker.record(playback(1))
            assert not answer.success and "locked" in answer.message
            asker.publish(playback(2))
            status = asker.wait_for_health(lambda status: status.level == b"\2")
            assert "nothing can be written" in status.message and "locked" in status.message
            other.execute("ROLLBACK")
        other.close()
        assert asker.record(playback(1)).success
        asker.graph.spin_until(lambda: len(rows(path, "plays")) == 2, what="what was only published")
        asker.wait_for_health(lambda status: status.level == b"\0")

    def test_a_file_that_is_taken_away_is_told_and_begun_anew(self, node, asker, path):
        """Nothing is acknowledged into a file that is gone."""
        asker.record(playback(1))
        for file in path.parent.glob("journal.db*"):
            file.rename(path.parent / f"old-{file.name}")
        answer = asker.record(playback(2))
        assert not answer.success and "removed or replaced" in answer.message
        assert asker.record(playback(2)).success
        assert [row["play_id"] for row in rows(path, "plays")] == ["play-2"]

    def test_a_damaged_file_is_told_and_left_alone(self, node, asker, path):
        assert asker.record(*(playback(number) for number in range(400))).success
        node._writer._close_engine()  # all of it is in the one file now
        content = path.read_bytes()
        damaged = content[:4096] + b"\xa5" * (len(content) - 4096)
        path.write_bytes(damaged)
        answer = asker.record(playback(1000))
        assert not answer.success and ("malformed" in answer.message or "not a database" in answer.message)
        asker.wait_for_health(lambda status: status.level == b"\2")
        assert path.read_bytes() == damaged
        path.write_bytes(content)
        assert asker.record(playback(1000)).success and len(rows(path, "plays")) == 401

    def test_a_full_disk_loses_nothing_that_was_acknowledged(self, graph, asker, path):
        """The limit on the size of files stands for the disk: writes fail in their midst."""
        limited = [sys.executable, "-c", LIMITED, *COMMAND[3:], "-p", f"url:={path}", "-p", "min_free_mb:=1000000"]
        acknowledged = set()
        with ProgramUnderTest(limited, graph.env) as program:
            asker.wait_for_health(lambda status: status.level == b"\1" and "free" in status.message)
            for number in range(0, 100_000, 400):
                answer = asker.record(*(playback(each) for each in range(number, number + 400)))
                if not answer.success:
                    break
                acknowledged |= {f"play-{each}" for each in range(number, number + 400)}
            assert "full" in answer.message or "disk I/O" in answer.message, answer.message
            asker.wait_for_health(lambda status: status.level == b"\2")
            assert program.end() == 0
        assert acknowledged and {row["play_id"] for row in rows(path, "plays")} == acknowledged
        with ProgramUnderTest([*COMMAND, "-p", f"url:={path}"], graph.env):
            assert asker.record(playback(number)).success

    def test_a_server_that_fails_and_comes_back(self, graph, asker, emptied):
        with ProgramUnderTest([*COMMAND, "-p", f"url:={emptied.url}"], graph.env) as program:
            assert asker.record(playback(1)).success
            emptied.stop()
            assert not asker.record(playback(2)).success
            asker.wait_for_health(lambda status: status.level == b"\2")
            emptied.start()
            asker.graph.spin_until(lambda: asker.record(playback(2)).success, what="the server")
            assert program.end() == 0
        engine = open_for_reading(parse_address(emptied.url))
        with engine.begin() as connection:
            assert [chain.last for chain in verify(connection)] == [2]
        engine.dispose()


LIMITED = (
    "import resource, signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
    "resource.setrlimit(resource.RLIMIT_FSIZE, (500_000, resource.RLIM_INFINITY))\n"
    "from signage_journal.node import main; main()"
)


@pytest.mark.fault
class TestTheProcess:
    def test_a_signal_ends_it_with_status_0(self, graph, asker, path):
        with ProgramUnderTest([*COMMAND, "-p", f"url:={path}"], graph.env) as program:
            assert asker.record(playback(1)).success
            assert program.end() == 0
        assert "Traceback" not in program.errors and len(rows(path, "plays")) == 1

    @pytest.mark.parametrize(
        ("url", "line"),
        [
            ("mysql://u:secret@h/d", "expected a file, sqlite:///FILE or postgresql://"),
            ("{folder}/other.db", "expected a journal or an empty database, found the tables notes"),
        ],
    )
    def test_what_can_not_be_its_journal_ends_the_start(self, graph, tmp_path, url, line):
        with sqlite3.connect(tmp_path / "other.db") as other:
            other.execute("CREATE TABLE notes (text)")
        other.close()
        before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
        command = [*COMMAND, "-p", f"url:={url.format(folder=tmp_path)}"]
        with ProgramUnderTest(command, graph.env) as program:
            assert program.wait() == 2
        (error,) = program.error_lines
        assert error.startswith("error: ")
        assert line.format(folder=tmp_path) in error and "secret" not in error
        assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before

    def test_a_server_that_is_not_there_yet_is_waited_for(self, graph, asker, tmp_path):
        url = f"postgresql://signs:secret@/signs?host={tmp_path}"
        with ProgramUnderTest([*COMMAND, "-p", f"url:={url}"], graph.env) as program:
            status = asker.wait_for_health(lambda status: status.level == b"\2")
            assert not asker.record(playback(1)).success
            assert program.end() == 0
        assert str(tmp_path) in status.message and "secret" not in f"{status}{program.lines}{program.error_lines}"

    def test_a_clock_that_is_set_loses_nothing(self, graph, asker, path, tmp_path):
        """Set forward by two years, then back: what is recorded stays in order, and nothing is taken for old."""
        folder = tmp_path / "clock"
        folder.mkdir()
        clock = ProgramClock(folder)
        with ProgramUnderTest([*COMMAND, "-p", f"url:={path}"], {**graph.env, **clock.env}) as program:
            for number, offset_s in enumerate((0, 2 * 365 * 86_400, -3600, 0)):
                clock.set(offset_s)
                assert asker.record(playback(number)).success
            assert program.end() in clock.ends
        found = rows(path, "records")
        assert [row["seq"] for row in found] == [1, 2, 3, 4] and len(rows(path, "plays")) == 4
        days = [(row["recorded_ns"] - found[0]["recorded_ns"]) / (86_400 * 10**9) for row in found]
        assert days[1] > 700 and days[2] < 0 < days[3] < 1

    def test_killed_at_random_moments_it_loses_and_doubles_nothing(self, graph, path):
        count = crash_rounds(graph, [*COMMAND, "-p", f"url:={path}"], str(path), rounds=4, seed=8)
        assert (count.kills, count.lost, count.doubled) == (4, 0, 0) and count.acknowledged > 4
