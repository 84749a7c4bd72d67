"""Articles taken in from the page."""
