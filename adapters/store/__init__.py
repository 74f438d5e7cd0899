"""The truth about jobs, on SQLite or PostgreSQL; `store.open_store` opens it."""
