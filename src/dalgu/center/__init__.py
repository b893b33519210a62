"""The operation center and the public pages: what people see of the city, and what they answer.

It reads the hub and shows; what a service thinks, it thinks itself. Pages stand in `pages/`,
their templates in `templates/`.
"""
