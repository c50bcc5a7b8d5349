//! Markers and Markdown cases for tests; depends on nothing of ours.
