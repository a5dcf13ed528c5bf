"""What the process puts on the pages of characteristics and into the navigation."""
