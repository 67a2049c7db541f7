"""Tables, the statements over them, and the transactions around them; the only package that knows peewee."""
