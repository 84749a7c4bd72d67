"""corpus/ → read → clean → split → embed → index/, incrementally and all or nothing."""
