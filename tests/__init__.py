"""Tests of livecell."""
