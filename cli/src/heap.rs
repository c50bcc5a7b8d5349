//! How much free memory the process keeps.

/// Room that stays for the next message, script or request.
const ROOM: usize = 1 << 20;

/// Keeps some free memory. glibc gives the end of the heap back whenever 128 kB of it are free, and
/// takes it again at once: a script that reads and writes 20 kB of JSON spent a tenth of its time on
/// that. A block that was mapped and freed makes it keep twice its size (mallopt(3),
/// `M_MMAP_THRESHOLD`).
pub(crate) fn keep_room() {
    drop(std::hint::black_box(Vec::<u8>::with_capacity(ROOM)));
}
