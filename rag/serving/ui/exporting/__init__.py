"""Conversations and their sources as files."""
