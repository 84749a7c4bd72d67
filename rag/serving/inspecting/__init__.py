"""What the product makes of one article file, for people who wonder why an answer is missing."""
