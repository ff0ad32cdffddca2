"""Scripts that make the demo footage and the demo creatives."""
