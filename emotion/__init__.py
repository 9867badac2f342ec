"""Faces, expressions and attention from one picture. Plain Python: no Django, no database, no clock."""
