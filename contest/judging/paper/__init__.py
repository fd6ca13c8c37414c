"""Score sheets on paper, clerks and scans."""
