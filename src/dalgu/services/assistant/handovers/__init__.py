"""From the assistant to a person: tickets with the masked conversation, answered live or later."""
