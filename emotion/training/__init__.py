"""Training, evaluation and export of the expression network. Nothing else imports this package."""
