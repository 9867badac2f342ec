"""What travels between the processes: snapshots in Redis, the bell, messages to open sockets."""
