"""The tables of the journal. Times are nanoseconds since the Unix epoch, UTC.

``records`` is the truth, chained by hash and only ever added to; the rows of ``episodes``, ``decisions`` and ``plays``
follow from it.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Float, Integer, LargeBinary, MetaData, Table, Text

metadata = MetaData()
VERSION_TABLE = "journal_version"
"""Where Alembic keeps the version of the tables."""
VERSION = "0001"
"""The version of the tables below: Alembic's newest revision."""


records = Table(
    "records",
    metadata,
    Column("device", Text, primary_key=True),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),  # grows by one with each record of a device
    Column("kind", Text, nullable=False),  # a signage_journal.records.Kind
    Column("key", Text, nullable=False, unique=True),  # what can be told only once, such as play/ID/started
    Column("body", Text, nullable=False),  # what was told: JSON with sorted keys
    Column("recorded_ns", BigInteger, nullable=False),
    Column("digest", LargeBinary(32), nullable=False),  # SHA-256 of the digest before it and of all columns above
)

chains = Table(
    "chains",
    metadata,
    Column("device", Text, primary_key=True),
    Column("seq", BigInteger, nullable=False),  # of its last record
    Column("digest", LargeBinary(32), nullable=False),
)

episodes = Table(
    "episodes",
    metadata,
    Column("episode", Text, primary_key=True),  # the id: device and UTC time of its first image
    Column("device", Text, nullable=False),
    Column("started_ns", BigInteger, nullable=False, index=True),  # first image that showed a face, inclusive
    Column("ended_ns", BigInteger, nullable=False),  # exclusive
    Column("estimation", Text, nullable=False),  # such as 20f, or unknown
    Column("watchers", Integer, nullable=False),  # who looked at the screen at least once
    Column("in_sight", Integer, nullable=False),  # who never did
    Column("still_faces", Integer, nullable=False),  # posters and the like
    Column("dwell_s", Float, nullable=False),
    Column("attention_s", Float, nullable=False),
    Column("dwell_histogram", Text, nullable=False),  # ten counts of watchers, by signage_common.histogram: 0,1,0,...
    Column("attention_histogram", Text, nullable=False),
)

decisions = Table(
    "decisions",
    metadata,
    Column("decision", Text, primary_key=True),  # the id: what it answers, when, and what it chose
    Column("device", Text, nullable=False),
    Column("episode", Text, nullable=False, index=True),
    Column("arrived_ns", BigInteger, nullable=False),
    Column("captured_ns", BigInteger, nullable=False, index=True),  # the image that caused it
    Column("decided_ns", BigInteger, nullable=False),
    Column("campaign", Text, nullable=False),  # empty for the house playlist
    Column("creative", Text, nullable=False),
    Column("estimation", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("catalogue", Text, nullable=False),  # first 16 hexadecimal digits of its SHA-256
)

plays = Table(
    "plays",
    metadata,
    Column("play_id", Text, primary_key=True),
    Column("device", Text, nullable=False),
    Column("screen", Text, nullable=False),
    Column("creative", Text, nullable=False),
    Column("campaign", Text, nullable=False),  # empty for the house playlist
    Column("episode", Text, nullable=False, index=True),  # that it answers; empty for the house playlist
    Column("started_ns", BigInteger, index=True),  # first painted frame, inclusive; null if only its end is known
    Column("ended_ns", BigInteger),  # exclusive; null while it runs, or if its end never came
    Column("outcome", Text, nullable=False),  # started, completed, interrupted or failed
    Column("detail", Text, nullable=False),
)
