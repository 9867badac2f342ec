"""What was measured, told to people: tables of text and pages with charts."""
