"""Invoices and credit notes as documents: whose they are, in which words, drawn as PDF."""
