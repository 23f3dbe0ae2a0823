"""What is to be done after a decision, and when: checklists, their days, habits, calendars."""
