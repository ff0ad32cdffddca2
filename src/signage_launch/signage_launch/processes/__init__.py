"""Start the processes of a plan, keep them running, show what they say, and end them all."""
