"""The frame of all pages: templates, tokens, components, the two catalogues, problems, files.

What a page says about the city lives in `center` and in the services' `pages/`; nothing here
knows an entity type.
"""
