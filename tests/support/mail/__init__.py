"""Mail servers for tests, real ones and scripted ones that do what no real one would, and judges that send to them."""
