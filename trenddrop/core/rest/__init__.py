"""What every API of ours is made of, without tables: problems, pages, rates, the schema."""
