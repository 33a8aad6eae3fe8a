"""Tags of the newsroom's templates."""
