"""The resources: typed inputs and outputs, no logic beyond turning arguments into properties."""
