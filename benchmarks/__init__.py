"""What the README's figures come from: commands that print ours beside a limit or a peer."""
