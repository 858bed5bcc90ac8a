//! What a log is asked to hold, and how its threads shall run.

/// How much of a stack is recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum StackMode {
    /// The access's own line.
    Site,
    /// The line and every active call.
    Full,
}

/// What a log is asked to hold, and how its threads shall run.
#[derive(Clone, Copy, Debug)]
pub(crate) struct LogOptions {
    /// How much of a stack is recorded.
    pub(crate) stacks: StackMode,
    /// The seed of random yields; none for no yields.
    pub(crate) yields: Option<u64>,
}

/// What the environment asks of a log.
fn from_environment() -> LogOptions {
    // Whole stacks are a matter of safe code but for the walk, which is the system's;
    // Miri would spend all of its time on it.
    let site = std::env::var_os("RACEGATE_STACK").map_or(cfg!(miri), |value| value == "site");
    LogOptions {
        stacks: if site {
            StackMode::Site
        } else {
            StackMode::Full
        },
        yields: std::env::var("RACEGATE_YIELDS")
            .ok()
            .and_then(|seed| seed.parse().ok()),
    }
}

impl Default for LogOptions {
    fn default() -> Self {
        from_environment()
    }
}
