"""One bounded way to a tenant: requests, answers, rate limits and the platform's refusals."""
