"""The eligibility checks, one file per group: options, answers, turns of time and wordings."""
