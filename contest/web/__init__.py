"""Between HTTP and the features: pages and fragments, forms, problems, security, the live stream."""
