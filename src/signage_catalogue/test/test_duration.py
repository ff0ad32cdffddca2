import pytest
from signage_catalogue.duration import read_duration_s
from signage_catalogue.media import MediaError


def test_a_real_film(media_folder):
    assert read_duration_s(media_folder / "film.webm") == pytest.approx(0.5, abs=0.05)


def test_a_broken_film_needs_a_duration(tmp_path, media_folder):
    broken = tmp_path / "broken.webm"
    broken.write_bytes((media_folder / "film.webm").read_bytes()[:40])
    with pytest.raises(MediaError, match="does not tell how long it plays") as caught:
        read_duration_s(broken)
    assert caught.value.field == "duration_s"
