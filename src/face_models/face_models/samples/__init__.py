"""Sample photos with the boxes of their faces, as material for benches and tests of detectors."""
