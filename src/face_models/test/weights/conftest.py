"""A package as the npm one, with the smallest of its networks in random weights."""

import json

import numpy as np
import pytest

SEPARABLE = [("dense0/conv1", 32, 32), ("dense0/conv2", 32, 32)] + [
    (f"dense{block}/conv{conv}", channels // (1 if conv else 2), channels)
    for block, channels in ((1, 64), (2, 128))
    for conv in range(3)
]


def landmark_shapes():
    yield "dense0/conv0/filters", (3, 3, 3, 32)
    yield "dense0/conv0/bias", (32,)
    for name, channels_in, channels_out in SEPARABLE:
        yield f"{name}/depthwise_filter", (3, 3, channels_in, 1)
        yield f"{name}/pointwise_filter", (1, 1, channels_in, channels_out)
        yield f"{name}/bias", (channels_out,)
    yield "fc/weights", (128, 136)
    yield "fc/bias", (136,)


@pytest.fixture
def package(tmp_path):
    """Folder of a package that holds the landmark network only."""
    folder = tmp_path / "package" / "model"
    folder.mkdir(parents=True)
    shapes = dict(landmark_shapes())
    weights = [{"name": name, "shape": shape, "dtype": "float32"} for name, shape in shapes.items()]
    values = np.random.default_rng(4).normal(size=sum(map(np.prod, shapes.values())), scale=0.1)
    (folder / "shard.bin").write_bytes(values.astype("<f4").tobytes())
    manifest = [{"paths": ["shard.bin"], "weights": weights}]
    (folder / "face_landmark_68_tiny_model-weights_manifest.json").write_text(json.dumps(manifest))
    return folder.parent
