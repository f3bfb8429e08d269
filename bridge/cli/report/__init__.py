"""`sla-bridge report`: what is asked, read and written."""
