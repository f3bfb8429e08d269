"""What reaches outside: the helpdesk over HTTP, and the customers' registry. Nobody else imports requests."""
