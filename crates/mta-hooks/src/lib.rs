//! What a script sees and may decide in each phase.
