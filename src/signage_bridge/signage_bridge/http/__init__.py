"""The HTTP port: page, media, health and the HTTP API."""
