"""What people read of the process: every command, event, stage and word, in Korean and English.

Deadlines carry their own texts beside their rules (`process.due`).
"""
