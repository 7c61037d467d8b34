"""Review reports: composed from the record by rule, worked on by the office, sealed on issue."""
