"""What is done with the papers beside a case, and what is due of them: thin, over the store."""
