"""Fine-tuning of the age and gender network on labelled faces, with MXNet Gluon."""
