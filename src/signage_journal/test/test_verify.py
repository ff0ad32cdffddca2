"""A journal in which anything was changed, removed, added or moved is broken, and where is told."""

import pytest
import sqlalchemy as sa
from signage_journal.errors import BrokenChainError
from signage_journal.records import Kind, Record, digest_of
from signage_journal.schema import chains, records
from signage_journal.testing import decision, episode, play, whole_play
from signage_journal.verify import verify

pytestmark = pytest.mark.fault


@pytest.fixture
def filled(keep, engine):
    for number in range(1, 6):
        keep(*whole_play(number), episode(number), decision(number))
    keep(play(99, device="deeplens2"))
    return engine


MOVED = """UPDATE records SET seq = CASE seq WHEN 5 THEN -6 ELSE -5 END WHERE device = 'deeplens1' AND seq IN (5, 6);
UPDATE records SET seq = -seq WHERE seq < 0"""


@pytest.mark.parametrize(
    ("statements", "place"),
    [
        ("UPDATE records SET body = replace(body, 'lobby', 'hall') WHERE seq = 6", "record 6 of deeplens1: changed"),
        ("UPDATE records SET recorded_ns = recorded_ns + 1 WHERE seq = 6", "record 6 of deeplens1: changed"),
        ("UPDATE records SET kind = 'episode' WHERE seq = 6", "record 6 of deeplens1: changed"),
        ("UPDATE records SET kind = 'other' WHERE seq = 6", "record 6 of deeplens1: changed"),
        ("UPDATE records SET key = 'play/x/ended' WHERE seq = 6", "record 6 of deeplens1: changed"),
        ("DELETE FROM records WHERE seq = 6", "record 6 of deeplens1: missing"),
        ("DELETE FROM records WHERE seq = 20", "record 20 of deeplens1: missing; the chain should end with number 20"),
        ("DELETE FROM records WHERE seq <= 6", "record 1 of deeplens1: missing; the first that is left is number 7"),
        ("DELETE FROM records WHERE device = 'deeplens2'", "record 1 of deeplens2: missing"),
        (MOVED, "record 5 of deeplens1: changed, or not in its place"),
        (
            "INSERT INTO records SELECT 'x', seq, kind, 'y', body, recorded_ns, digest FROM records WHERE seq = 2",
            "records of x: no chain of that device is known",
        ),
        ("DELETE FROM chains WHERE device = 'deeplens2'", "records of deeplens2: no chain of that device is known"),
        ("UPDATE chains SET seq = 19 WHERE seq = 20", "record 21 of deeplens1"),
        (
            "UPDATE plays SET outcome = 'failed' WHERE play_id = 'play-3'",
            "row play-3 of the table plays: changed: outcome is 'failed', recorded was 'completed'",
        ),
        (
            "UPDATE plays SET ended_ns = NULL WHERE play_id = 'play-3'",
            "row play-3 of the table plays: changed: ended_ns",
        ),
        ("DELETE FROM plays WHERE play_id = 'play-3'", "row play-3 of the table plays: missing"),
        (
            "INSERT INTO plays SELECT 'play-x', device, screen, creative, campaign, episode, started_ns, ended_ns, "
            "outcome, detail FROM plays WHERE play_id = 'play-3'",
            "row play-x of the table plays: added; no record tells of it",
        ),
        (
            "UPDATE episodes SET watchers = 9 WHERE episode = 'deeplens1-2'",
            "row deeplens1-2 of the table episodes: changed",
        ),
        ("DELETE FROM episodes WHERE episode = 'deeplens1-2'", "row deeplens1-2 of the table episodes: missing"),
        (
            "UPDATE episodes SET episode = 'z' WHERE episode = 'deeplens1-2'",
            "row deeplens1-2 of the table episodes: missing",
        ),
        ("UPDATE decisions SET reason = 'x' WHERE episode = 'deeplens1-4'", "of the table decisions: changed: reason"),
    ],
)
def test_what_was_tampered_with_is_found(filled, statements, place):
    with filled.begin() as connection:
        verify(connection)
        for statement in statements.split(";"):
            connection.execute(sa.text(statement))
    with filled.begin() as connection, pytest.raises(BrokenChainError) as error:
        verify(connection)
    assert place in str(error.value)


@pytest.mark.parametrize("value", ["x'ff'", "x'7b7d'", "1.5"])
@pytest.mark.parametrize("column", ["body", "key", "recorded_ns", "digest", "kind"])
@pytest.mark.parametrize("address", ["sqlite"], indirect=True)  # where a column may hold what it is not for
def test_a_value_of_another_type_is_found(filled, column, value):
    with filled.begin() as connection:
        connection.execute(sa.text(f"UPDATE records SET {column} = {value} WHERE seq = 6"))
    with filled.begin() as connection, pytest.raises(BrokenChainError, match="record 6 of deeplens1: changed"):
        verify(connection)


@pytest.mark.parametrize("body", ["", "[]", "{}", "7", '{"play_id": "play-5"}'])
@pytest.mark.parametrize("kind", [Kind.PLAY, Kind.EPISODE, Kind.DECISION])
def test_a_forged_record_whose_hash_fits_is_found(filled, kind, body):
    """Whoever forges the last record with its hash still leaves one from which no row follows."""
    with filled.begin() as connection:
        head = connection.execute(sa.select(chains).where(chains.c.device == "deeplens1")).one()
        record, seq = Record("deeplens1", kind, "play/play-5/forged", body), head.seq + 1
        digest = digest_of(head.digest, record, seq, 0)
        row = {"device": record.device, "seq": seq, "kind": kind.value, "key": record.key, "body": body}
        connection.execute(records.insert(), {**row, "recorded_ns": 0, "digest": digest})
        connection.execute(chains.update().where(chains.c.device == "deeplens1").values(seq=seq, digest=digest))
    with filled.begin() as connection, pytest.raises(BrokenChainError, match=r"forged|play-5"):
        verify(connection)


def test_what_was_told_of_a_cut_and_makes_no_sense_is_a_cut_by_hand(filled):
    with filled.begin() as connection:
        connection.execute(sa.text("DELETE FROM records WHERE seq <= 4 AND device = 'deeplens1'"))
        connection.execute(sa.text("UPDATE records SET kind = 'pruned', body = '[]' WHERE device = 'deeplens1'"))
    with filled.begin() as connection, pytest.raises(BrokenChainError, match="record 1 of deeplens1: missing"):
        verify(connection)


def test_a_chain_cut_by_hand_and_told_of_by_nobody_is_broken(filled, keep):
    """Whoever removes old records must have recorded it: the digest at the cut is told in the chain."""
    with filled.begin() as connection:
        connection.execute(sa.text("DELETE FROM records WHERE seq <= 4 AND device = 'deeplens1'"))
    with filled.begin() as connection, pytest.raises(BrokenChainError, match="record 1 of deeplens1: missing"):
        verify(connection)


def test_it_tells_how_far_it_is(filled):
    told = []
    with filled.begin() as connection:
        verify(connection, lambda done, total: told.append((done, total)))
    assert told[-1] == (21, 21) and sorted(told) == told


def test_an_empty_journal_is_whole(engine):
    with engine.begin() as connection:
        assert verify(connection) == []
