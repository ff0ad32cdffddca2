"""Publish the pictures of a camera, a film, a folder of photos or a network stream."""
