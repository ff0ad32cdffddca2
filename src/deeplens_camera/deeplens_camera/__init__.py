"""Publish the images of a camera, a film, a folder of photos or a network stream."""
