"""Configurations compared on common blocks of tasks."""
