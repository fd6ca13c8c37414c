"""Background work on one table, on SQLite and PostgreSQL, enqueued inside the business transaction."""
