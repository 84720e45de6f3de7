"""What goes over the wire: one file a resource. Times are RFC 3339, names snake_case."""
