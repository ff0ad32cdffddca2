import numpy as np
from signage_demo.media.creatives_copy import Copy, Style


def test_the_words_change_in_mid_loop_but_the_name_stays():
    copy = Copy(Style("#ffffff", "#ff0000"), "TEA", (("Hot", "now."), ("Cold", "tomorrow.")), "Level 1")
    frames = [np.zeros((720, 1280, 3), np.uint8) for _ in range(2)]
    for frame, phase in zip(frames, (0.0, 0.5), strict=True):
        copy.put(frame, phase)
    assert np.array_equal(frames[0][:180], frames[1][:180]) and frames[0][:180].max() > 200
    assert not np.array_equal(frames[0][220:460], frames[1][220:460])
