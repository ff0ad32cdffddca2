"""Reports from the journal: who watched what for how long, without telling of any single person."""
