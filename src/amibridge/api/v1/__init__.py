"""Beyond the UnifiedAPI: the directory, the journal, deliveries and live calls, each as far as the account reaches."""
