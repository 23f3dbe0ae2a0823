"""Everything there is about a case, as documents and records; pure."""
