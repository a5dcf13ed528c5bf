"""Control charts: is the process stable, and if not, when did it change?"""
