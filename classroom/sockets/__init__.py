"""The sockets of students and teachers: who may open one, what they take, what ends them."""
