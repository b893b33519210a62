"""Tables: connections, the one writer that commits in groups, migrations, and all SQL.

What an entity, an account or a certificate is lies above; here are bodies, rows and keys.
"""
