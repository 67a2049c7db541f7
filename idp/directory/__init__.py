"""People, groups and set-up: the rules and verbs behind the command line and the pages."""
