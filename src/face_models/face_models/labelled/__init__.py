"""Folders of labelled faces: their layouts are read into one form, their images opened, samples drawn from them."""
