"""Small seeded scenes that the tests are built from, one file per room."""
