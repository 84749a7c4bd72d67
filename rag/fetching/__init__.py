"""Pages and feeds of the web → article files in the corpus. Addresses and what they hold are untrusted."""
