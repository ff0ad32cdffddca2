"""The journal: episodes, decisions and plays, kept so that none is lost and any change shows."""
