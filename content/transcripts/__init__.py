"""The words of recordings: who speaks, in which language, corrected, brought, marked."""
