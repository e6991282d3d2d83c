"""The REST API's shared parts: problems, bodies, lists, limits, its OpenAPI document. DESIGN.md section 8."""
