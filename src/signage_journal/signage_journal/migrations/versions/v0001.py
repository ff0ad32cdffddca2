"""The first tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make them."""
    _chains()
    _episodes()
    _decisions()
    _plays()


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False)


def _number(name: str, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger, nullable=nullable)


def _chains() -> None:
    op.create_table(
        "records",
        sa.Column("device", sa.Text, primary_key=True),
        sa.Column("seq", sa.BigInteger, primary_key=True, autoincrement=False),
        _text("kind"),
        sa.Column("key", sa.Text, nullable=False, unique=True),
        _text("body"),
        _number("recorded_ns"),
        sa.Column("digest", sa.LargeBinary(32), nullable=False),
    )
    op.create_table(
        "chains",
        sa.Column("device", sa.Text, primary_key=True),
        _number("seq"),
        sa.Column("digest", sa.LargeBinary(32), nullable=False),
    )


def _episodes() -> None:
    op.create_table(
        "episodes",
        sa.Column("episode", sa.Text, primary_key=True),
        _text("device"),
        *(_number("started_ns"), _number("ended_ns"), _text("estimation")),
        *(sa.Column(name, sa.Integer, nullable=False) for name in ("watchers", "in_sight", "still_faces")),
        *(sa.Column(name, sa.Float, nullable=False) for name in ("dwell_s", "attention_s")),
        *(_text("dwell_histogram"), _text("attention_histogram")),
    )
    op.create_index("ix_episodes_started_ns", "episodes", ["started_ns"])


def _decisions() -> None:
    op.create_table(
        "decisions",
        sa.Column("decision", sa.Text, primary_key=True),
        *(_text("device"), _text("episode")),
        *(_number("arrived_ns"), _number("captured_ns"), _number("decided_ns")),
        *(_text(name) for name in ("campaign", "creative", "estimation", "reason", "catalogue")),
    )
    op.create_index("ix_decisions_episode", "decisions", ["episode"])
    op.create_index("ix_decisions_captured_ns", "decisions", ["captured_ns"])


def _plays() -> None:
    op.create_table(
        "plays",
        sa.Column("play_id", sa.Text, primary_key=True),
        *(_text(name) for name in ("device", "screen", "creative", "campaign", "episode")),
        *(_number("started_ns", nullable=True), _number("ended_ns", nullable=True)),
        *(_text("outcome"), _text("detail")),
    )
    op.create_index("ix_plays_episode", "plays", ["episode"])
    op.create_index("ix_plays_started_ns", "plays", ["started_ns"])
