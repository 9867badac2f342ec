"""What the product explains in its own pages, as data: course, help and words. No rows, no I/O."""
