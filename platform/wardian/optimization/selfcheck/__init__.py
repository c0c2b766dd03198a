"""Campaigns whose truth is known, so that users can verify error rates and power on their own machine."""
