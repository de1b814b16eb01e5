"""HTTP: blueprints, bodies, problems. What it says stands in docs/openapi.yaml."""
