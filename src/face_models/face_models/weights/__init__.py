"""From the face library's TensorFlow.js weights to networks that the node runs; used at set-up only."""
