"""The way in for programs: typed functions over services and queries, with the rights of a token."""
