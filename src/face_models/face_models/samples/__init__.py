"""The sample photos with the boxes of their faces, and how what a detector finds is counted against them."""
