"""What may be shown: secrets, their masking, and text made harmless."""
