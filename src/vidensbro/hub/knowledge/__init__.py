"""Works (publications, projects, patents, trials, datasets) and offers."""
