"""What every chat face draws and says alike: ids on buttons, cards in lines, wording. Pure."""
