"""The YAML language of agreements: strict reading, models, conditions, compiling, checking, cases."""
