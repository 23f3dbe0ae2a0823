"""Documents on paper: pages as Markdown, DOCX and PDF."""
