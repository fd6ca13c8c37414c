"""Spreadsheets, PDFs, charts and QR codes: documents in and out, knowing nothing of HTTP or features."""
