"""Tables, statements and transactions, on SQLite or PostgreSQL."""
