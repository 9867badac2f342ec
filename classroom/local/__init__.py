"""One machine, one command: set-up, embedded PostgreSQL and Redis, and the supervisor that keeps all parts up."""
