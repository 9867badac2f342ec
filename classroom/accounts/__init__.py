"""What is ours about django-allauth: which of its pages there are, and where it asks us."""
