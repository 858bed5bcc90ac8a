//! Sealing: what the windows of an ended process hold becomes chunks of its log.
