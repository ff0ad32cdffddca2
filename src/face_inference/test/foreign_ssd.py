"""The project's own SSD written as others write theirs: as MXNet's example, as SageMaker, as GluonCV."""

import numpy as np
from face_inference.networks.mxnet_library import import_mxnet

mx = import_mxnet()

OUR_MEAN = OUR_DIVISOR = 127.5
EXAMPLE_MEAN = (123, 117, 104)
GLUON_MEAN, GLUON_DIVISOR = (123.675, 116.28, 103.53), (58.395, 57.12, 57.375)
VARIANCES = (0.1, 0.1, 0.2, 0.2)
KEPT = 100


class ForeignSsd:
    """Joins the network to what others have before and after it."""

    def __init__(self, models_dir, name="ssd-512x288"):
        self.params = mx.nd.load(str(models_dir / f"{name}-0000.params"))
        self.symbol = mx.sym.load(str(models_dir / f"{name}-symbol.json"))
        columns, rows = map(int, name.removeprefix("ssd-").split("x"))
        priors = self.params.pop("const:priors_px").asnumpy()[:, [1, 0, 3, 2]]
        self.size = np.array([columns, rows] * 2, np.float32)
        self.anchors = self.constant("anchors", (priors / self.size)[None])

    def constant(self, name, value):
        self.params[f"arg:{name}"] = mx.nd.from_numpy(np.ascontiguousarray(value, np.float32))
        return mx.sym.var(name)

    def per_channel(self, name, values, is_last=False):
        return self.constant(name, np.reshape(values, (1, 1, 1, 3) if is_last else (1, 3, 1, 1)))

    def rescaled(self, x, mean, divisor):
        """Undo the usual scaling of others, and scale as our network wants it."""
        x = mx.sym.broadcast_mul(x, self.per_channel("their_divisor", np.broadcast_to(divisor, 3)))
        x = mx.sym.broadcast_add(x, self.per_channel("their_mean", mean))
        return x / OUR_DIVISOR - OUR_MEAN / OUR_DIVISOR

    def run(self, x):
        """Return codes (1, n, 4) as x, y, width, height, and logits (1, n, 1)."""
        output = self.symbol(data=x)
        codes = [mx.sym.slice_axis(output, axis=2, begin=field, end=field + 1) for field in (1, 0, 3, 2)]
        return mx.sym.concat(*codes, dim=2), mx.sym.slice_axis(output, axis=2, begin=4, end=5)

    def save(self, prefix, symbol, epoch=0):
        symbol.save(f"{prefix}-symbol.json")
        mx.nd.save(f"{prefix}-{epoch:04}.params", self.params)
        return str(prefix)


def detection(codes, probabilities, anchors):
    settings = {"nms_threshold": 0.5, "nms_topk": 400, "variances": VARIANCES}
    codes = mx.sym.flatten(codes)
    return mx.sym.contrib.MultiBoxDetection(probabilities, codes, anchors, name="detection", **settings)


def save_example(models_dir, prefix, mean=EXAMPLE_MEAN, scale=1.0, channels="rgb", epoch=0, name="ssd-512x288"):
    """Write it as MXNet's example deploys it, and the DeepLens projects have it."""
    net = ForeignSsd(models_dir, name)
    x = mx.sym.var("data")
    x = mx.sym.flip(x, axis=1) if channels == "bgr" else x
    codes, logits = net.run(net.rescaled(x, mean, 1 / scale))
    face = mx.sym.sigmoid(logits)
    probabilities = mx.sym.transpose(mx.sym.concat(1 - face, face, dim=2), axes=(0, 2, 1))
    return net.save(prefix, detection(codes, probabilities, net.anchors), epoch)


def save_training(models_dir, prefix):
    """Write it as SageMaker's training leaves it: with a label, and with outputs that only training needs."""
    net = ForeignSsd(models_dir)
    codes, logits = net.run(net.rescaled(mx.sym.var("data"), EXAMPLE_MEAN, 1))
    scores = mx.sym.transpose(mx.sym.concat(0 * logits, logits, dim=2), axes=(0, 2, 1))
    target = mx.sym.contrib.MultiBoxTarget(net.anchors, mx.sym.var("label"), scores, variances=VARIANCES)
    softmax = {"multi_output": True, "use_ignore": True, "ignore_label": -1, "normalization": "valid"}
    probabilities = mx.sym.SoftmaxOutput(scores, target[2], name="cls_prob", **softmax)
    loss = mx.sym.MakeLoss(mx.sym.smooth_l1(target[1] * (mx.sym.flatten(codes) - target[0]), scalar=1.0))
    found = detection(codes, probabilities, net.anchors)
    return net.save(prefix, mx.sym.Group([probabilities, loss, found]))


def save_gluon(models_dir, prefix, scales_itself):
    """Write it as GluonCV exports it, with or without the scaling of the input."""
    net = ForeignSsd(models_dir)
    x = mx.sym.var("data")
    if scales_itself:
        x = mx.sym.broadcast_sub(x, net.per_channel("init_mean", GLUON_MEAN, is_last=True))
        x = mx.sym.broadcast_div(x, net.per_channel("init_scale", GLUON_DIVISOR, is_last=True))
        x = mx.sym.transpose(x, axes=(0, 3, 1, 2))
    codes, logits = net.run(net.rescaled(x, GLUON_MEAN, GLUON_DIVISOR))
    corners = mx.sym.contrib.box_decode(codes, _centred(net), *VARIANCES, format="center")
    boxes = mx.sym.broadcast_mul(corners, net.constant("size", net.size.reshape(1, 1, 4)))
    scores = mx.sym.sigmoid(logits)
    rows = mx.sym.concat(mx.sym.zeros_like(scores), scores, boxes, dim=2)
    rows = mx.sym.contrib.box_nms(
        rows, overlap_thresh=0.5, topk=400, valid_thresh=0.01, id_index=0, score_index=1, coord_start=2
    )
    rows = mx.sym.slice_axis(rows, axis=1, begin=0, end=KEPT)
    outputs = [mx.sym.slice_axis(rows, axis=2, begin=begin, end=end) for begin, end in ((0, 1), (1, 2), (2, 6))]
    return net.save(prefix, mx.sym.Group(outputs))


def _centred(net):
    """Give the anchors as centre and size."""
    corners = net.params["arg:anchors"].asnumpy()
    centre, size = (corners[..., :2] + corners[..., 2:]) / 2, corners[..., 2:] - corners[..., :2]
    del net.params["arg:anchors"]
    return net.constant("centred_anchors", np.concatenate([centre, size], axis=2))
