"""The measurements of `./signage bench`: `measurement` lists the benches."""
