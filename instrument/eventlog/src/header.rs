//! The header of a log file: magic, version, feature bits, and whose log it is.
//!
//! It is written and checksummed before the first event.

use std::fmt;

/// The first eight bytes of a log.
pub const MAGIC: [u8; 8] = *b"RACEGATE";
/// The length of the header.
pub const HEADER_BYTES: usize = 128;
/// The version that this crate writes: a reader of another major cannot read it.
pub const VERSION: Version = Version { major: 4, minor: 0 };
/// The incompatible features that this crate knows; a log with any other is refused.
pub const KNOWN_INCOMPATIBLE: u64 = PACKED;
/// The incompatible feature of logs with [packed chunks](crate::packed).
pub const PACKED: u64 = 1;
/// The longest recorder name kept, in bytes.
const RECORDER_BYTES: usize = 40;

/// A version of the format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version {
    /// Raised when old readers cannot read the new form.
    pub major: u16,
    /// Raised when they can, but lose something.
    pub minor: u16,
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)
    }
}

/// What a log says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogHeader {
    /// The format's version.
    pub version: Version,
    /// Features without which a reader cannot read it.
    pub incompatible: u64,
    /// Features a reader may ignore.
    pub compatible: u64,
    /// The process instance: no two logs share one.
    pub instance: u128,
    /// The process.
    pub pid: u32,
    /// The session in its process.
    pub session: u32,
    /// Seconds since 1970 when it was opened: a hint, never an order.
    pub opened_at: u64,
    /// The program that recorded it, with its version.
    pub recorder: String,
}

/// Why bytes are no header this crate can read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HeaderError {
    /// There are none.
    Empty,
    /// They stop inside the header.
    Short,
    /// They do not start with [`MAGIC`].
    Magic,
    /// The checksum does not match.
    Checksum,
    /// A newer version.
    Version(Version),
    /// Features this crate does not know.
    Features(u64),
}

impl fmt::Display for HeaderError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => write!(f, "the file is empty"),
            Self::Short => write!(f, "the file ends inside the log header"),
            Self::Magic => write!(f, "not an event log: expected it to start with `RACEGATE`"),
            Self::Checksum => write!(f, "the log header's checksum does not match"),
            Self::Version(version) => write!(
                f,
                "log format {version} is newer than {VERSION}, the newest this racegate reads"
            ),
            Self::Features(bits) => {
                write!(
                    f,
                    "the log needs features {bits:#x} that this racegate does not know"
                )
            }
        }
    }
}

impl std::error::Error for HeaderError {}

impl LogHeader {
    /// What the log's chunks and windows say that they belong to: the low half of
    /// the instance.
    #[must_use]
    pub fn tag(&self) -> u64 {
        let low = self.instance & u128::from(u64::MAX);
        u64::try_from(low).expect("masked to 64 bits")
    }

    /// The bytes of the header.
    #[must_use]
    pub fn encode(&self) -> [u8; HEADER_BYTES] {
        let mut bytes = [0; HEADER_BYTES];
        bytes[0..8].copy_from_slice(&MAGIC);
        bytes[8..10].copy_from_slice(&self.version.major.to_le_bytes());
        bytes[10..12].copy_from_slice(&self.version.minor.to_le_bytes());
        bytes[12..16].copy_from_slice(&self.pid.to_le_bytes());
        bytes[16..24].copy_from_slice(&self.incompatible.to_le_bytes());
        bytes[24..32].copy_from_slice(&self.compatible.to_le_bytes());
        bytes[32..48].copy_from_slice(&self.instance.to_le_bytes());
        bytes[48..56].copy_from_slice(&self.opened_at.to_le_bytes());
        bytes[56..60].copy_from_slice(&self.session.to_le_bytes());
        let name = self.recorder.as_bytes();
        let name = &name[..name.len().min(RECORDER_BYTES)];
        bytes[64..64 + name.len()].copy_from_slice(name);
        let checksum = crc32fast::hash(&bytes[..HEADER_BYTES - 4]);
        bytes[HEADER_BYTES - 4..].copy_from_slice(&checksum.to_le_bytes());
        bytes
    }

    /// The header at the start of `bytes`.
    ///
    /// # Errors
    ///
    /// When `bytes` does not start with a header, or with one of a newer format.
    pub fn decode(bytes: &[u8]) -> Result<Self, HeaderError> {
        if bytes.is_empty() {
            return Err(HeaderError::Empty);
        }
        if !bytes.starts_with(&MAGIC[..bytes.len().min(MAGIC.len())]) {
            return Err(HeaderError::Magic);
        }
        let head = bytes.get(..HEADER_BYTES).ok_or(HeaderError::Short)?;
        if crc32fast::hash(&head[..HEADER_BYTES - 4]) != u32_at(head, HEADER_BYTES - 4) {
            return Err(HeaderError::Checksum);
        }
        let version = Version {
            major: u16_at(head, 8),
            minor: u16_at(head, 10),
        };
        if version.major > VERSION.major {
            return Err(HeaderError::Version(version));
        }
        let incompatible = u64_at(head, 16);
        if incompatible & !KNOWN_INCOMPATIBLE != 0 {
            return Err(HeaderError::Features(incompatible & !KNOWN_INCOMPATIBLE));
        }
        let name = &head[64..64 + RECORDER_BYTES];
        let name = &name[..name
            .iter()
            .position(|byte| *byte == 0)
            .unwrap_or(name.len())];
        Ok(Self {
            version,
            incompatible,
            compatible: u64_at(head, 24),
            instance: u128::from_le_bytes(head[32..48].try_into().expect("sixteen bytes")),
            pid: u32_at(head, 12),
            session: u32_at(head, 56),
            opened_at: u64_at(head, 48),
            recorder: String::from_utf8_lossy(name).into_owned(),
        })
    }
}

/// The same header with other incompatible features.
pub(crate) fn with_incompatible(
    header: &[u8; HEADER_BYTES],
    incompatible: u64,
) -> [u8; HEADER_BYTES] {
    let mut bytes = *header;
    bytes[16..24].copy_from_slice(&incompatible.to_le_bytes());
    let checksum = crc32fast::hash(&bytes[..HEADER_BYTES - 4]);
    bytes[HEADER_BYTES - 4..].copy_from_slice(&checksum.to_le_bytes());
    bytes
}

fn u16_at(bytes: &[u8], at: usize) -> u16 {
    u16::from_le_bytes(bytes[at..at + 2].try_into().expect("two bytes"))
}

fn u32_at(bytes: &[u8], at: usize) -> u32 {
    u32::from_le_bytes(bytes[at..at + 4].try_into().expect("four bytes"))
}

fn u64_at(bytes: &[u8], at: usize) -> u64 {
    u64::from_le_bytes(bytes[at..at + 8].try_into().expect("eight bytes"))
}
