import pytest
from face_models.samples.photos import FOLDER
from signage_common.home import signage_home


@pytest.fixture(scope="session")
def photo_folder():
    folder = signage_home() / FOLDER
    if not folder.exists():
        pytest.skip(f"{folder} is missing: ./signage setup fetches it")
    return folder
