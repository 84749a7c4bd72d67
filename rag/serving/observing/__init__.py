"""Metrics, logs, readiness, and an orderly end."""
