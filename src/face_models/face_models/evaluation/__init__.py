"""How right the estimates are on labelled faces, how sure, and for whom they are worse."""
