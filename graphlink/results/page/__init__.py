"""The pages of a run: the investigator's report, a case, a notebook."""
