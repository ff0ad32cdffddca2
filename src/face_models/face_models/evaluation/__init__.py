"""How right the estimates are on labelled faces, for whom they are worse, and how sure they may claim to be."""
