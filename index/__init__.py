"""What the archive keeps, and how passages are found."""
