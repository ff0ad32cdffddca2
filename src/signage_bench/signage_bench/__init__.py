"""The measurements of `./signage bench`: each bench is one module named in `registry`."""
