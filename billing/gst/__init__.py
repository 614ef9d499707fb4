"""GST: registrations, places of supply, heads of tax and numbers of documents. Pure: no tables, no clock."""
