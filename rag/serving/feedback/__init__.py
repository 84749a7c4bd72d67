"""What readers said of answers."""
