//! A log's file, in blocks: ext4 took a block of 64 KiB that begins at a multiple of its
//! size in seven tenths of the time of any other, and in little more than half where it
//! knew already where on the disk the block would be.
//!
//! **Invariant:** `length` is the file's, and as long as no write fails every chunk of at
//! most [`FULL_WORDS`] words ends at the end of a block.

use std::fs::File;
use std::io::{self, IoSlice, Write};

use racegate_eventlog::chunk::{self, ChunkHeader, encode_padded_header};
use racegate_eventlog::header;

/// The length of a block.
const BLOCK: usize = 64 * 1024;
/// What chunks are filled up with.
static ZEROS: [u8; BLOCK] = [0; BLOCK];
/// The most words of a chunk that ends where the block ends which the log's header begins.
pub(in crate::recorder) const FULL_WORDS: usize =
    (BLOCK - header::HEADER_BYTES - chunk::HEADER_BYTES) / 8;
/// The most bytes that room is reserved for at a time.
const MOST_RESERVED: u64 = 4 << 20;

/// A file of blocks.
pub(in crate::recorder) struct Blocks {
    file: File,
    length: u64,
    /// Up to where room is reserved, or as far as anything goes where that is not possible.
    reserved: u64,
}

/// What a chunk has around its words.
pub(in crate::recorder) struct Enclosure {
    header: [u8; chunk::HEADER_BYTES],
    zeros: &'static [u8],
}

impl Enclosure {
    /// Of a chunk that begins where a block does, as all but the first do.
    pub(in crate::recorder) fn in_block(header: &ChunkHeader, words: &[u8]) -> Self {
        Self::of(header, words, padding(0, words))
    }

    fn of(header: &ChunkHeader, words: &[u8], zeros: &'static [u8]) -> Self {
        Self {
            header: encode_padded_header(header, words, zeros),
            zeros,
        }
    }
}

impl Blocks {
    /// This file, opened for appending, of which so much is written.
    pub(in crate::recorder) fn of(file: File, length: u64) -> Self {
        Self {
            file,
            length,
            reserved: 0,
        }
    }

    /// Appends a chunk in one write, enclosed like this if that is right here.
    pub(super) fn append(
        &mut self,
        header: &ChunkHeader,
        words: &[u8],
        mut enclosure: Enclosure,
    ) -> io::Result<()> {
        let zeros = padding(self.length, words);
        if zeros.len() != enclosure.zeros.len() {
            enclosure = Enclosure::of(header, words, zeros);
        }
        let parts = [&enclosure.header, words, enclosure.zeros];
        let end = self.length + parts.iter().map(|part| part.len() as u64).sum::<u64>();
        self.reserve(end);
        let written = write_all(&mut self.file, parts);
        self.length = match &written {
            Ok(()) => end,
            // Some of it may be there, which a reader finds to be no chunk.
            Err(_) => self.file.metadata().map_or(end, |file| file.len()),
        };
        written
    }

    /// Sees to it that there is room up to here, and for as much again as is written. A
    /// file is no longer for it. Without it all is the same, but slower.
    fn reserve(&mut self, end: u64) {
        if end <= self.reserved {
            return;
        }
        self.reserved = end + end.min(MOST_RESERVED);
        if keep_room(&self.file, self.length, self.reserved).is_err() {
            self.reserved = u64::MAX;
        }
    }
}

/// The zeros behind a chunk of these words that begins here, so that the block is full.
fn padding(start: u64, words: &[u8]) -> &'static [u8] {
    // A failed write may have left the file at any length. No zeros lead from there to
    // the end of a block, since they are whole words.
    let end = start % BLOCK as u64 + (chunk::HEADER_BYTES + words.len()) as u64;
    let missing = end.next_multiple_of(BLOCK as u64) - end;
    let missing = if missing.is_multiple_of(8) {
        missing
    } else {
        0
    };
    ZEROS.get(..missing as usize).unwrap_or_default()
}

#[cfg(target_os = "linux")]
fn keep_room(file: &File, from: u64, to: u64) -> io::Result<()> {
    use std::os::fd::AsRawFd;
    let offset = |place: u64| libc::off_t::try_from(place).map_err(io::Error::other);
    let (from, length) = (offset(from)?, offset(to - from)?);
    let keeps_its_length = libc::FALLOC_FL_KEEP_SIZE;
    // SAFETY: a plain call on a descriptor that is open.
    let status = unsafe { libc::fallocate(file.as_raw_fd(), keeps_its_length, from, length) };
    if status == 0 {
        Ok(())
    } else {
        Err(io::Error::last_os_error())
    }
}

#[cfg(not(target_os = "linux"))]
fn keep_room(_: &File, _: u64, _: u64) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

fn write_all(file: &mut impl Write, parts: [&[u8]; 3]) -> io::Result<()> {
    let mut written = loop {
        match file.write_vectored(&parts.map(IoSlice::new)) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            written => break written?,
        }
    };
    // What is left of them, when the system took less.
    for part in parts {
        let passed = written.min(part.len());
        file.write_all(&part[passed..])?;
        written -= passed;
    }
    Ok(())
}

// Miri has no such calls.
#[cfg(all(test, not(miri)))]
mod tests {
    use std::fs;

    use racegate_eventlog::ThreadId;
    use racegate_eventlog::chunk::decode;

    use super::*;

    /// Takes so many bytes at a time, and is interrupted before each.
    struct Reluctant {
        at_a_time: usize,
        interrupted: bool,
        written: Vec<u8>,
    }

    impl Write for Reluctant {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.interrupted = !self.interrupted;
            if self.interrupted {
                return Err(io::ErrorKind::Interrupted.into());
            }
            let taken = bytes.len().min(self.at_a_time);
            self.written.extend_from_slice(&bytes[..taken]);
            Ok(taken)
        }

        fn write_vectored(&mut self, slices: &[IoSlice<'_>]) -> io::Result<usize> {
            self.write(
                &slices
                    .iter()
                    .flat_map(|slice| slice.to_vec())
                    .collect::<Vec<u8>>(),
            )
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_chunk_is_written_whole_however_little_the_system_takes_at_a_time() {
        for at_a_time in 1..16 {
            let mut file = Reluctant {
                at_a_time,
                interrupted: false,
                written: Vec::new(),
            };
            write_all(&mut file, [b"head", b"words", b"zeros"]).expect("it takes all in the end");
            assert_eq!(file.written, b"headwordszeros", "{at_a_time} at a time");
        }
    }

    fn header(sequence: u64) -> ChunkHeader {
        ChunkHeader {
            log: 7,
            stream: 0,
            sequence,
            thread: ThreadId::ROOT,
            segment: 0,
            generation: 0,
            dropped_accesses: 0,
            dropped_sync: 0,
            outside: 0,
        }
    }

    #[test]
    fn every_chunk_ends_with_its_block_and_holds_its_words() {
        let name = format!("racegate-blocks-{}", std::process::id());
        let path = std::env::temp_dir().join(name);
        let mut start = File::create(&path).expect("the temporary folder is writable");
        start.write_all(&[0; header::HEADER_BYTES]).expect("it is");
        let file = File::options().append(true).open(&path).expect("it is");
        let mut blocks = Blocks::of(file, header::HEADER_BYTES as u64);
        let lengths = [FULL_WORDS, FULL_WORDS, 1, FULL_WORDS - 1, FULL_WORDS];
        for (sequence, length) in lengths.into_iter().enumerate() {
            let (header, words) = (header(sequence as u64), vec![1; 8 * length]);
            let guess = Enclosure::in_block(&header, &words);
            blocks.append(&header, &words, guess).expect("it is");
            let end = (sequence + 1) * BLOCK;
            assert_eq!(fs::metadata(&path).expect("it is there").len(), end as u64);
        }
        let bytes = fs::read(&path).expect("it is there");
        fs::remove_file(&path).expect("it is ours");
        let mut at = header::HEADER_BYTES;
        for (sequence, length) in lengths.into_iter().enumerate() {
            let (chunk, taken) = decode(&bytes[at..]).expect("a chunk is there");
            let (words, zeros) = chunk.words.split_at(length);
            assert_eq!(chunk.header, header(sequence as u64));
            assert!(words.iter().all(|word| *word == 0x0101_0101_0101_0101));
            assert!(zeros.iter().all(|word| *word == 0));
            at += taken;
        }
        assert_eq!(at, bytes.len());
    }

    #[test]
    fn after_a_torn_write_chunks_are_whole_words() {
        for start in 0..2 * BLOCK as u64 + 1 {
            assert!(padding(start, &[1; 16]).len().is_multiple_of(8), "{start}");
        }
        assert!(padding(BLOCK as u64 + 3, &[1; 16]).is_empty());
        let full = vec![1; 8 * FULL_WORDS];
        assert!(padding(header::HEADER_BYTES as u64, &full).is_empty());
        assert_eq!(padding(0, &full).len(), header::HEADER_BYTES);
    }
}
