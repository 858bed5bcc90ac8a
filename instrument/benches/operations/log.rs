//! The log that the whole bench records into.

use racegate_eventlog::reader::find_logs;
use tempfile::TempDir;

/// The log of this process, in a folder that is removed with it.
pub(crate) struct ProcessLog(TempDir);

impl ProcessLog {
    /// To be called before anything else is done with racegate.
    pub(crate) fn open() -> Self {
        let folder = tempfile::tempdir().expect("there is room for a folder");
        // SAFETY: no other thread has been started.
        unsafe {
            std::env::set_var("RACEGATE", "1");
            std::env::set_var("RACEGATE_LOG", folder.path());
        }
        Self(folder)
    }

    /// Checks that so many events were recorded, and says what one takes on disk.
    ///
    /// An access takes a word at least, and every other event two.
    pub(crate) fn holds_at_least(self, events: u64) {
        let logs = find_logs(self.0.path()).expect("the folder is there");
        let [log] = logs.as_slice() else {
            panic!("expected one log, found {logs:?}");
        };
        let files = std::fs::read_dir(log).expect("a log is a folder");
        let lengths = files.map(|file| {
            file.and_then(|file| file.metadata())
                .expect("it is a file")
                .len()
        });
        let bytes: u64 = lengths.sum();
        assert!(bytes >= events * 8, "{events} events in {bytes} bytes");
        println!(
            "{events} events, {:.2} bytes each",
            bytes as f64 / events as f64
        );
    }
}
