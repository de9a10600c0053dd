"""The statistics that targets are measured by: one subject a file, found by themselves."""
