from dataclasses import replace
from pathlib import Path

import pytest

from signage_catalogue import Creative

TRAINERS = Creative("trainers", Path("/media/x"), 8.0, "8465", "video/webm", "1a2b3c4d5e6f7a8b")


@pytest.mark.parametrize(
    ("name", "media_type", "url"),
    [
        ("trainers", "video/webm", "/media/trainers.1a2b3c4d5e6f7a8b.webm"),
        ("trainers", "video/mp4", "/media/trainers.1a2b3c4d5e6f7a8b.mp4"),
        ("a b?#%", "image/png", "/media/a%20b%3F%23%25.1a2b3c4d5e6f7a8b.png"),
        ("신발", "image/jpeg", "/media/%EC%8B%A0%EB%B0%9C.1a2b3c4d5e6f7a8b.jpg"),
        ("..", "video/webm", "/media/...1a2b3c4d5e6f7a8b.webm"),
    ],
)
def test_an_address_is_made_of_name_and_content(name, media_type, url):
    assert replace(TRAINERS, name=name, media_type=media_type).url == url


def test_the_house_playlist_keeps_its_order(make_catalogue):
    catalogue = make_catalogue({}, fallback=("z", "a", "z"))
    assert [creative.name for creative in catalogue.house_playlist] == ["z", "a", "z"]
