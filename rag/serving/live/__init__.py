"""An assistant that follows its index."""
