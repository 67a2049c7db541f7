"""Claims that administrators make up for applications: what they may be (`rules`), who is told which (`sources`)."""
