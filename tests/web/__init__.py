"""HTTP: headers, cookies, pages."""
