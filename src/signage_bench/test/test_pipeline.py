import cv2
import numpy as np
from signage_bench import pipeline


def test_nothing_moves_but_the_noise(tmp_path):
    pipeline.write_still_film(tmp_path / "still.avi")
    film = cv2.VideoCapture(str(tmp_path / "still.avi"))
    frames = [film.read()[1] for _ in range(pipeline.FRAMES)]
    assert not film.read()[0] and film.get(cv2.CAP_PROP_FPS) == 30
    film.release()
    assert all(frame.shape == (720, 1280, 3) for frame in frames)
    first, last = (cv2.GaussianBlur(frame, (0, 0), 12).astype(int) for frame in (frames[0], frames[-1]))
    assert np.abs(last - first).max() <= 2
    assert 1 < np.std(frames[-1].astype(float) - frames[0]) < 8
