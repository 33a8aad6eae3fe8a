"""What grew out of an introduction: parties, steps, agreements, results."""
