"""One machine, one command: set-up, embedded PostgreSQL and Redis, the supervisor that keeps all parts up."""
