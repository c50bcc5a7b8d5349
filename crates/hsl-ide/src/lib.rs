//! Editor features on snapshots, in offsets and plain structs.
