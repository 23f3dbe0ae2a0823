"""Letters and scripts: made from blocks and answers, looked through before they are copied."""
