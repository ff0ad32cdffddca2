"""Folders of labelled faces: one file per layout."""
