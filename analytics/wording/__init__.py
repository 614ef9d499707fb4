"""What looks into the numbers are called and say, in the reader's language: for pages, papers and mails."""
