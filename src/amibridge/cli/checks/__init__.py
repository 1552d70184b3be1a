"""What ``amibridge check`` looks at: one module a subject; each finding says what is, and what to do."""
