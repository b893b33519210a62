"""What people ask of the process, and what is written in its log when they may.

A command is what somebody asks for; its event is the command's parts and what the rules found.
Neither decides anything: `process.rules` decides, `process.fold` says what events amount to.
"""
