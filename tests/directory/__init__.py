"""People, groups and set-up."""
