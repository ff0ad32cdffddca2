import pytest
from ad_selector.sight import Frame


@pytest.mark.parametrize(("states", "has_sight"), [([], False), ([False], False), ([False, True], True)])
def test_only_detected_faces_are_sight(face, states, has_sight):
    faces = tuple(face(track=index, detected=detected) for index, detected in enumerate(states))
    assert Frame(0, faces).has_sight is has_sight
