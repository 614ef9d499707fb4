"""Pieces as platforms take them: composed, compared, checked, made to fit."""
