"""What is shown and asked beside the dialogue: messages with buttons, and forms; pure."""
