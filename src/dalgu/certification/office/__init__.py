"""The certification office: where the process meets measuring, scoring, certificates and papers.

Here a city's measurements become its application, and a decision becomes a signed file. The rules
of the process, the arithmetic of points and the form of papers do not live here.
"""
