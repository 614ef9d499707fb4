"""What the numbers of an organisation say: every question asked at once, corrected at once, told in sentences."""
