"""The practice network's own side: accounts, posts, files, and numbers that are plainly made up."""
