"""The pages: everything a person does with a record in the browser, made from its kind alone."""
