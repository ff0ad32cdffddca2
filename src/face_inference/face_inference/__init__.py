"""Find the faces in front of the sign, follow them, and estimate gender and age of each."""
