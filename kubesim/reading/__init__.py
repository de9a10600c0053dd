"""How scenario files are read: places, layers, checked sections, clear faults."""
