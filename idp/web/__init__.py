"""HTTP: the pages people meet and the endpoints applications call; translates, decides nothing."""
