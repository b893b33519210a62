"""The result in the forms that others read: CCCEV, a workbook, FIWARE indicators.

Here one dossier of plain values becomes documents and bytes. Nothing is measured, judged or
written to the hub here.
"""
