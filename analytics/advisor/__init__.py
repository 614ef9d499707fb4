"""The advisor: questions in plain words, tools that look numbers up, and answers that hold no other number."""
