"""What all nodes of the signage system share."""
