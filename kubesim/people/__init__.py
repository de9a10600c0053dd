"""Real people: registers, surveys and published margins become a scenario's households."""
