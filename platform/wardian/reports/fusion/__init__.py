"""What a fusion is worth: every way of deciding, on the same answers of the same panel."""
