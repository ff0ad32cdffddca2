"""Page, media, health and the HTTP API; one file for each of them."""
